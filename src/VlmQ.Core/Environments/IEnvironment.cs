using System.Collections.Immutable;
using VlmQ.Core.Episodes;

namespace VlmQ.Core.Environments;

/// <summary>A pure state machine: no clock, no I/O, no mutable state; equal arguments give equal results.</summary>
public interface IEnvironment
{
    /// <summary>For example <c>gym_cards/NumberLine-v0</c>.</summary>
    string Id { get; }

    /// <summary>The texts of all actions; an action's index is its position.</summary>
    ImmutableArray<string> Actions { get; }

    /// <summary>The most steps of an episode whose every reply names an action.</summary>
    int StepLimit { get; }

    /// <summary>The first state of the episode that <paramref name="seed"/> stands for.</summary>
    EnvironmentState Reset(long seed);

    /// <summary>One step.</summary>
    /// <param name="state">A state of this environment that has not ended.</param>
    /// <param name="action">One of <see cref="Actions"/>; null when the reply did not parse: a step passes, nothing moves, reward
    /// 0.</param>
    /// <exception cref="ArgumentException">Not an action, or not a state of this environment.</exception>
    StepResult Step(EnvironmentState state, string? action);

    /// <summary>What the agent sees in a state.</summary>
    Observation Observe(EnvironmentState state);

    /// <summary>What a person would need to know of a state that sees no picture of it: everything that the agent may see, in words.</summary>
    string Describe(EnvironmentState state);

    /// <summary>The reference's info in a state, a JSON object.</summary>
    string Info(EnvironmentState state);

    /// <summary>
    /// The kind of task that an episode poses, a short name such as <c>distance_3</c> or <c>pick_up</c>: a split of all episodes by their
    /// first state, by which success differs.
    /// </summary>
    /// <param name="start">A state as <see cref="Reset"/> gives it.</param>
    string GoalType(EnvironmentState start);

    /// <summary>The environment's own definition of success, from the rewards of a whole episode and how it ended.</summary>
    bool Success(ReadOnlySpan<float> rewards, bool terminated);
}
