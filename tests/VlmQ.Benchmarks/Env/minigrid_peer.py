"""Minigrid's side of the env benchmark: answers the slices named on standard input; see BabyAiSteps.cs for what they are."""

import contextlib
import os
import sys
import time
import types

# Minigrid imports pygame for its windows, which nothing here opens.
for name in ("pygame", "pygame.freetype"):
    sys.modules.setdefault(name, types.ModuleType(name))
sys.path[:0] = [path for path in sys.argv[2:] if path]
seconds = float(sys.argv[1])

import gymnasium  # noqa: E402
import minigrid  # noqa: E402
import numpy  # noqa: E402

WARM_UP_STEPS = 2000
drawn = {"steps": None, "agent view": True, "full view": False}
environments = {}


def environment(level):
    if level not in environments:
        environments[level] = gymnasium.make(f"BabyAI-{level}-v0", render_mode="rgb_array").unwrapped
        reset(environments[level])
        warm_up(environments[level])
    return environments[level]


def warm_up(env):
    """Minigrid keeps the tiles that it has drawn; most of those that the level shows are drawn before any slice is measured."""
    for action in numpy.random.default_rng(2).integers(0, 7, size=WARM_UP_STEPS).tolist():
        _, _, terminated, truncated, _ = env.step(action)
        env.get_frame(agent_pov=True)
        env.get_frame(agent_pov=False)
        if terminated or truncated:
            reset(env)


def reset(env):
    # Levels print each layout that they throw away.
    with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere):
        env.reset()


def measure(level, slice):
    env, agent_view = environment(level), drawn[slice]
    actions = numpy.random.default_rng(1).integers(0, 7, size=1 << 16).tolist()
    start, cpu, resetting, steps = time.monotonic(), time.process_time(), 0, 0
    while time.monotonic() - start < seconds:
        _, _, terminated, truncated, _ = env.step(actions[steps & 0xFFFF])
        if agent_view is not None:
            env.get_frame(agent_pov=agent_view)
        steps += 1
        if terminated or truncated:
            before = time.process_time()
            reset(env)
            resetting += time.process_time() - before
    return steps / (time.process_time() - cpu - resetting)


def measure_resets(level):
    env = environment(level)
    start, cpu, resets = time.monotonic(), time.process_time(), 0
    while time.monotonic() - start < seconds:
        reset(env)
        resets += 1
    return resets / (time.process_time() - cpu)


for line in sys.stdin:
    request = line.strip()
    if request == "name":
        print(f"Minigrid {minigrid.__version__}, numpy {numpy.__version__}", flush=True)
    else:
        level, _, slice = request.partition(" ")
        print(measure_resets(level) if slice == "resets" else measure(level, slice), flush=True)
