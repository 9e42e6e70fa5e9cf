using VlmQ.Core.Episodes;

namespace VlmQ.Dataflow;

/// <summary>An item that could not be used, and why.</summary>
/// <param name="Item">The item as it came in.</param>
/// <param name="Fault">What is wrong with it.</param>
public sealed record Rejected<T>(T Item, Fault Fault);
