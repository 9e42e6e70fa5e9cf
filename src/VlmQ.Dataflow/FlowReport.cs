using System.Collections.Immutable;

namespace VlmQ.Dataflow;

/// <summary>What a finished flow did.</summary>
/// <param name="Stages">One a stage, in the order data flows.</param>
public sealed record FlowReport(ImmutableArray<StageProgress> Stages)
{
    /// <summary>Items that could not be used, over all stages.</summary>
    public long Rejected => Stages.Sum(stage => stage.Rejected);
}
