using System.Collections.Immutable;
using VlmQ.Dataflow.Running;

namespace VlmQ.Dataflow;

/// <summary>Lets a caller look at a running flow as often as it likes. It shows the last run that was started with it.</summary>
public sealed class FlowMonitor
{
    private ImmutableList<StageCounter> _counters = [];

    /// <summary>The progress of every stage, in the order data flows; empty before the run starts. Safe from any thread.</summary>
    public ImmutableArray<StageProgress> Snapshot()
    {
        ImmutableList<StageCounter> counters = Volatile.Read(ref _counters);
        return [.. counters.Select(counter => counter.Snapshot())];
    }

    internal void Begin() => Volatile.Write(ref _counters, []);

    internal StageCounter Add(string name)
    {
        StageCounter counter = new(name);
        ImmutableInterlocked.Update(ref _counters, counters => counters.Add(counter));
        return counter;
    }
}
