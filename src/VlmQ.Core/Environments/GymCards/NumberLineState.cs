namespace VlmQ.Core.Environments.GymCards;

/// <summary>A moment of the number line.</summary>
public sealed record NumberLineState : EnvironmentState
{
    /// <param name="current">Where the player stands, 0..5.</param>
    /// <param name="target">Where it should go, 0..5; equal to <paramref name="current"/> once the game is won.</param>
    /// <param name="steps">Steps taken, 0..10.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public NumberLineState(int current, int target, int steps)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(current);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(current, NumberLine.Last);
        ArgumentOutOfRangeException.ThrowIfNegative(target);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(target, NumberLine.Last);
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(steps, NumberLine.MostSteps);
        Current = current;
        Target = target;
        Steps = steps;
    }

    /// <summary>Where the player stands, 0..5.</summary>
    public int Current { get; }

    /// <summary>Where it should go, 0..5.</summary>
    public int Target { get; }

    /// <summary>Steps taken, 0..10.</summary>
    public int Steps { get; }

    /// <summary>Nothing can follow: the target or the step limit is reached.</summary>
    public bool HasEnded => Current == Target || Steps >= NumberLine.MostSteps;
}
