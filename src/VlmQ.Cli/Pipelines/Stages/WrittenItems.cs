using VlmQ.Dataflow;

namespace VlmQ.Cli.Pipelines.Stages;

/// <summary>How far a flow is that ends in a stage named <c>write</c>.</summary>
internal static class WrittenItems
{
    /// <summary>Items that the stage is done with.</summary>
    public static long Written(this FlowMonitor monitor)
    {
        long written = 0;
        foreach (StageProgress stage in monitor.Snapshot())
        {
            written = stage.Name == "write" ? stage.ItemsOut : written;
        }
        return written;
    }
}
