namespace VlmQ.Models.Families;

/// <summary>One part of an estimate.</summary>
/// <param name="What">What takes the memory.</param>
/// <param name="Bytes">How much.</param>
public sealed record MemoryItem(string What, long Bytes);
