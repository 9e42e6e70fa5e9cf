namespace VlmQ.Dataflow.Tests;

/// <summary>Counts how many of something there are now, and the most there ever were at once.</summary>
internal sealed class Gauge
{
    private int _now;
    private int _most;

    public int Now => Volatile.Read(ref _now);

    public int Most => Volatile.Read(ref _most);

    public void Enter()
    {
        int now = Interlocked.Increment(ref _now);
        int most = Most;
        while (now > most)
        {
            most = Interlocked.CompareExchange(ref _most, now, most) is int seen && seen == most ? now : Most;
        }
    }

    public void Leave() => Interlocked.Decrement(ref _now);
}
