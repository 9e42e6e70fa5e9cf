namespace VlmQ.Benchmarks.Harness;

/// <summary>
/// Measures contenders in turn, slice by slice, so that whatever else the machine does falls on all of them alike, and compares the
/// medians of their slices.
/// </summary>
internal static class Alternation
{
    /// <summary>
    /// The median over <paramref name="rounds"/> slices of each contender; a contender does one slice and returns its rate.
    /// </summary>
    public static double[] Medians(int rounds, params IReadOnlyList<Func<double>> contenders)
    {
        var slices = new double[contenders.Count][];
        for (int i = 0; i < slices.Length; i++)
        {
            slices[i] = new double[rounds];
        }
        for (int round = 0; round < rounds; round++)
        {
            for (int i = 0; i < contenders.Count; i++)
            {
                slices[i][round] = contenders[i]();
            }
        }
        return Array.ConvertAll(slices, Median);
    }

    /// <summary>
    /// Repeats <paramref name="work"/> for at least <paramref name="seconds"/> of wall time: items per CPU second of this process.
    /// </summary>
    /// <param name="items">Items in one call of <paramref name="work"/>.</param>
    /// <param name="seconds">Length of the slice.</param>
    /// <param name="work">Does the work once.</param>
    public static double PerCpuSecond(double items, double seconds, Action work)
    {
        TimeSpan cpu = Environment.CpuUsage.TotalTime;
        double done = Repeated(items, seconds, work, out _);
        return done / (Environment.CpuUsage.TotalTime - cpu).TotalSeconds;
    }

    /// <summary>The same: items per second of wall time.</summary>
    /// <inheritdoc cref="PerCpuSecond"/>
    public static double PerSecond(double items, double seconds, Action work)
    {
        double done = Repeated(items, seconds, work, out TimeSpan elapsed);
        return done / elapsed.TotalSeconds;
    }

    /// <summary>Wall time of doing it once.</summary>
    public static double Milliseconds(Action work)
    {
        long start = TimeProvider.System.GetTimestamp();
        work();
        return TimeProvider.System.GetElapsedTime(start).TotalMilliseconds;
    }

    /// <summary>The middle one, or the mean of the two in the middle.</summary>
    public static double Median(double[] values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static double Repeated(double items, double seconds, Action work, out TimeSpan elapsed)
    {
        long start = TimeProvider.System.GetTimestamp();
        double done = 0;
        do
        {
            work();
            done += items;
            elapsed = TimeProvider.System.GetElapsedTime(start);
        } while (elapsed.TotalSeconds < seconds);
        return done;
    }
}
