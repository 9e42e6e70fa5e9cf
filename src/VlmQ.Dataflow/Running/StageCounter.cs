namespace VlmQ.Dataflow.Running;

/// <summary>The numbers behind a <see cref="StageProgress"/>; several workers may count at once.</summary>
internal sealed class StageCounter(string name)
{
    private long _in;
    private long _out;
    private long _rejected;

    public void In() => Interlocked.Increment(ref _in);

    public void Out() => Interlocked.Increment(ref _out);

    public void Rejected() => Interlocked.Increment(ref _rejected);

    public StageProgress Snapshot() => new(name, Interlocked.Read(ref _in), Interlocked.Read(ref _out), Interlocked.Read(ref _rejected));
}
