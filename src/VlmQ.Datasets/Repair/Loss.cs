namespace VlmQ.Datasets.Repair;

/// <summary>Rows that a repair could not keep.</summary>
/// <param name="File">The part.</param>
/// <param name="FirstRow">The first of them in the part, from 0.</param>
/// <param name="Rows">How many; of a part that cannot be opened, as many as the manifest says.</param>
/// <param name="Bytes">What they took in the part, where they are whole row groups or more; else 0.</param>
/// <param name="What">Why.</param>
public sealed record Loss(string File, long FirstRow, long Rows, long Bytes, string What);
