using System.Diagnostics;

namespace VlmQ.Cli.Pipelines;

/// <summary>Measures how much of the time goes by in waiting for something, by the clock.</summary>
internal sealed class WaitMeter
{
    private long _begun = Stopwatch.GetTimestamp();
    private TimeSpan _waited;

    /// <summary>Time since the last <see cref="Restart"/>, or the beginning.</summary>
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_begun);

    /// <summary>Share of <see cref="Elapsed"/> that was waited, 0–1.</summary>
    public double Share => Elapsed > TimeSpan.Zero ? Math.Min(1, _waited / Elapsed) : 0;

    /// <summary>Takes the next item and counts the wait for it.</summary>
    public bool Next<T>(IEnumerator<T> items)
    {
        long asked = Stopwatch.GetTimestamp();
        bool there = items.MoveNext();
        _waited += Stopwatch.GetElapsedTime(asked);
        return there;
    }

    /// <summary>Begins to measure anew.</summary>
    public void Restart()
    {
        _begun = Stopwatch.GetTimestamp();
        _waited = TimeSpan.Zero;
    }
}
