namespace VlmQ.Models.Families;

/// <summary>What a tensor of a checkpoint is called officially.</summary>
/// <param name="Name">The name.</param>
/// <param name="Transposed">Whether the checkpoint holds the matrix with its two dimensions exchanged.</param>
public readonly record struct OfficialName(string Name, bool Transposed = false);
