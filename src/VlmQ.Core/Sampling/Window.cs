namespace VlmQ.Core.Sampling;

/// <summary>Consecutive turns of one episode that are trained on together.</summary>
/// <param name="Part">The part that holds the episode, by position in the dataset.</param>
/// <param name="Group">The group of rows that holds the episode, by position in its part.</param>
/// <param name="Episode">The episode, by position in its group.</param>
/// <param name="Start">The first turn.</param>
/// <param name="Length">How many turns, at least 1.</param>
public readonly record struct Window(int Part, int Group, int Episode, int Start, int Length)
{
    /// <summary>Which of two windows the dataset holds first: below 0 for <paramref name="a"/>.</summary>
    public static int ComparePlaces(Window a, Window b) =>
        a.Part != b.Part ? a.Part.CompareTo(b.Part)
        : a.Group != b.Group ? a.Group.CompareTo(b.Group)
        : a.Episode != b.Episode ? a.Episode.CompareTo(b.Episode)
        : a.Start.CompareTo(b.Start);
}
