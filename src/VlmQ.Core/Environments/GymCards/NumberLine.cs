using System.Collections.Immutable;
using VlmQ.Core.Episodes;
using VlmQ.Core.Imaging;
using VlmQ.Core.Randomness;

namespace VlmQ.Core.Environments.GymCards;

/// <summary>
/// NumberLine of Gym Cards (RL4VLM, commit b989b574): move the current number to the target, one step at a time. Both numbers are
/// in the picture only.
/// </summary>
public sealed class NumberLine : IEnvironment, IListsStarts, IHasExpert
{
    /// <summary>The largest number; the line runs from 0 to it.</summary>
    public const int Last = 5;

    /// <summary>An episode is truncated after so many steps.</summary>
    public const int MostSteps = 2 * Last;

    /// <summary>The short name.</summary>
    public const string ShortName = "numberline";

    /// <summary>The id.</summary>
    public const string Name = "gym_cards/NumberLine-v0";

    private const int PictureSize = 300;
    private const double TextSize = 36;
    private const string Goal = "Bring the current number to the target number.";
    private const string Lower = "-";
    private const string Raise = "+";

    // There are only 36 pictures; episodes share them, 10 MB in all.
    private readonly ImmutableArray<RgbImage> _pictures =
    [
        .. from current in Enumerable.Range(0, Last + 1) from target in Enumerable.Range(0, Last + 1) select Picture(current, target),
    ];

    // Nor are there more than 396 states and what three actions do in each: episodes share those too, and playing makes nothing new.
    private readonly ImmutableArray<NumberLineState> _states =
    [
        .. from current in Enumerable.Range(0, Last + 1)
        from target in Enumerable.Range(0, Last + 1)
        from steps in Enumerable.Range(0, MostSteps + 1)
        select new NumberLineState(current, target, steps),
    ];
    private readonly ImmutableArray<StepResult?> _lowered;
    private readonly ImmutableArray<StepResult?> _raised;
    private readonly ImmutableArray<StepResult?> _unchanged;

    /// <summary>Makes the game.</summary>
    public NumberLine()
    {
        _lowered = [.. _states.Select(state => Move(state, -1))];
        _raised = [.. _states.Select(state => Move(state, +1))];
        _unchanged = [.. _states.Select(state => Move(state, 0))];
    }

    /// <inheritdoc/>
    public string Id => Name;

    /// <inheritdoc/>
    public ImmutableArray<string> Actions { get; } = [Lower, Raise];

    /// <inheritdoc/>
    public int StepLimit => MostSteps;

    /// <summary>The 30 pairs of different numbers, by current number and then by target.</summary>
    public ImmutableArray<EnvironmentState> Starts { get; } =
    [
        .. from current in Enumerable.Range(0, Last + 1)
        from target in Enumerable.Range(0, Last + 1)
        where current != target
        select new NumberLineState(current, target, 0),
    ];

    /// <inheritdoc/>
    public EnvironmentState Reset(long seed)
    {
        RandomKey key = RandomKey.Of(seed, "NumberLine.Reset");
        int current = key.IndexAt(0, Last + 1);
        int target = key.IndexAt(1, Last + 1);
        // Kept from the reference: modulo 5, not 6, so that equal draws of 4 and 5 give the targets 0 and 1.
        return _states[IndexOf(current, target == current ? (target + 1) % Last : target, 0)];
    }

    /// <inheritdoc/>
    public StepResult Step(EnvironmentState state, string? action)
    {
        NumberLineState before = Of(state);
        ImmutableArray<StepResult?> moves = action switch
        {
            null => _unchanged,
            Lower => _lowered,
            Raise => _raised,
            _ => throw new ArgumentException($"'{action}' is not an action of {Id}.", nameof(action)),
        };
        return moves[IndexOf(before.Current, before.Target, before.Steps)]
            ?? throw new ArgumentException("The episode has ended.", nameof(state));
    }

    /// <inheritdoc/>
    public Observation Observe(EnvironmentState state) => new(_pictures[Of(state).Current * (Last + 1) + Of(state).Target], Goal, "");

    /// <inheritdoc/>
    public string Info(EnvironmentState state) => $$"""{"Target": {{Of(state).Target}}, "Current": {{Of(state).Current}}}""";

    /// <summary>The reference's state in words.</summary>
    public string Describe(EnvironmentState state) => $"Target number: {Of(state).Target}. Current number: {Of(state).Current}";

    /// <summary>The distance to the target at the start: <c>distance_1</c> … <c>distance_5</c>.</summary>
    public string GoalType(EnvironmentState start) => $"distance_{Math.Abs(Of(start).Target - Of(start).Current)}";

    /// <summary>The sum of the rewards is positive; that takes a shortest path to the target.</summary>
    public bool Success(ReadOnlySpan<float> rewards, bool terminated) => Rewards.ArePositive(rewards);

    /// <summary>Towards the target.</summary>
    public string Advise(EnvironmentState state) => Of(state).Target > Of(state).Current ? Raise : Lower;

    private static int IndexOf(int current, int target, int steps) => (((current * (Last + 1)) + target) * (MostSteps + 1)) + steps;

    /// <summary>What a change of the current number does; null where the episode has ended.</summary>
    private StepResult? Move(NumberLineState before, int change)
    {
        if (before.HasEnded)
        {
            return null;
        }
        int current = Math.Clamp(before.Current + change, 0, Last);
        NumberLineState after = _states[IndexOf(current, before.Target, before.Steps + 1)];
        bool reached = current == before.Target;
        // Pushing against an end of the line keeps the distance and costs as much as moving away.
        bool closer = Math.Abs(before.Target - current) < Math.Abs(before.Target - before.Current);
        float reward =
            change == 0 ? 0
            : reached ? 1
            : closer ? 0
            : -1;
        return new StepResult(after, reward, reached, !reached && after.Steps >= MostSteps);
    }

    private static RgbImage Picture(int current, int target) =>
        new Canvas(PictureSize, PictureSize, RgbColor.White)
            .DrawText($"Target: {target}", 30, 60, TextSize, RgbColor.Black, TextWeight.Bold)
            .DrawText($"Current: {current}", 30, 180, TextSize, RgbColor.Black, TextWeight.Bold)
            .ToImage();

    private static NumberLineState Of(EnvironmentState state) =>
        state as NumberLineState ?? throw new ArgumentException("Not a state of NumberLine.", nameof(state));
}
