namespace VlmQ.Dataflow;

/// <summary>What a stage has done so far. Rates and times left belong to whoever has a clock.</summary>
/// <param name="Name">The stage's name.</param>
/// <param name="ItemsIn">Items taken from the stage before; 0 in a source.</param>
/// <param name="ItemsOut">Items handed to the stage after; in a sink, items consumed.</param>
/// <param name="Rejected">Items that could not be used and went to the rejects sink.</param>
public sealed record StageProgress(string Name, long ItemsIn, long ItemsOut, long Rejected);
