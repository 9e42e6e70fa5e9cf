using System.Diagnostics;

namespace VlmQ.Benchmarks.Streaming;

/// <summary>Adds up the time in which a stage works. Safe from several threads.</summary>
internal sealed class StageClock
{
    private long _ticks;

    /// <summary>Time of all workers of the stage together.</summary>
    public double Seconds => (double)Volatile.Read(ref _ticks) / Stopwatch.Frequency;

    /// <summary>Counts the time of making items, not that in which they wait to be taken.</summary>
    public async IAsyncEnumerable<T> Around<T>(IAsyncEnumerable<T> items)
    {
        await using IAsyncEnumerator<T> enumerator = items.GetAsyncEnumerator();
        while (true)
        {
            long start = Stopwatch.GetTimestamp();
            bool more = await enumerator.MoveNextAsync().ConfigureAwait(false);
            Add(start);
            if (!more)
            {
                yield break;
            }
            yield return enumerator.Current;
        }
    }

    /// <summary>Counts the time of a call.</summary>
    public T Around<T>(Func<T> work)
    {
        long start = Stopwatch.GetTimestamp();
        T result = work();
        Add(start);
        return result;
    }

    /// <summary>Counts the time since a moment.</summary>
    public void Add(long start) => Interlocked.Add(ref _ticks, Stopwatch.GetTimestamp() - start);
}
