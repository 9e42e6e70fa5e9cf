"""The gym-cards side of the env benchmark: answers the slices named on standard input; see GymCardsSteps.cs for what they are."""

import sys
import time
import types
import warnings

# Gymnasium imports these for vector environments and notices, which nothing here uses.
for name in ("cloudpickle", "farama_notifications"):
    try:
        __import__(name)
    except ImportError:
        sys.modules[name] = types.ModuleType(name)
sys.modules["farama_notifications"].__dict__.setdefault("notifications", {})
sys.path[:0] = [path for path in sys.argv[2:] if path]
seconds = float(sys.argv[1])
# Random formulas are rarely well formed.
warnings.simplefilter("ignore")

import numpy  # noqa: E402
import PIL  # noqa: E402
from gym_cards.envs import blackjack, ezpoints, numberline, points  # noqa: E402


class NoPicture:
    """In the place of a card's picture where nothing is drawn."""

    width = height = 1

    def resize(self, size):
        return self


def undrawn(module, cls, **options):
    """The game as it is, but for its drawing."""

    class Undrawn(cls):
        def _get_observation(self):
            return None

    loads, module.get_image = getattr(module, "get_image", None), lambda card: NoPicture()
    environment = Undrawn(**options)
    reset = environment.reset

    def bare_reset():
        drawing, module.get_image = module.get_image, lambda card: NoPicture()
        try:
            return reset()
        finally:
            module.get_image = drawing

    environment.reset = bare_reset
    module.get_image = loads
    return environment


# As they are, the games draw each observation; only Blackjack has another one, of three numbers.
games = {
    "NumberLine bare": lambda: undrawn(numberline, numberline.NumberLineEnv),
    "NumberLine steps": numberline.NumberLineEnv,
    "EZPoints bare": lambda: undrawn(ezpoints, ezpoints.EZPointEnv),
    "EZPoints steps": ezpoints.EZPointEnv,
    "Points24 bare": lambda: undrawn(points, points.Point24Env),
    "Points24 steps": points.Point24Env,
    "Blackjack steps": lambda: blackjack.BlackjackEnv(is_pixel=False),
    "Blackjack pictures": blackjack.BlackjackEnv,
}
for name in ("NumberLine", "EZPoints", "Points24"):
    games[name + " pictures"] = games[name + " steps"]


def measure(name):
    environment = games[name]()
    count = int(environment.action_space.n)
    actions = numpy.random.default_rng(1).integers(0, count, size=1 << 16).tolist()
    environment.reset()
    start, cpu, steps = time.monotonic(), time.process_time(), 0
    while time.monotonic() - start < seconds:
        for _ in range(4):
            _, _, terminated, truncated, _ = environment.step(actions[steps & 0xFFFF])
            steps += 1
            if terminated or truncated:
                environment.reset()
    return steps / (time.process_time() - cpu)


for line in sys.stdin:
    request = line.strip()
    print(f"gym-cards, numpy {numpy.__version__}, Pillow {PIL.__version__}" if request == "name" else measure(request), flush=True)
