namespace VlmQ.Core.Prompting;

/// <summary>A piece of a pattern: words, or a placeholder.</summary>
/// <param name="Words">The words as a reader sees them; null for a placeholder.</param>
/// <param name="Name">The placeholder's name; null for words.</param>
/// <param name="At">Where the piece begins in the pattern.</param>
internal readonly record struct PatternPiece(string? Words, string? Name, int At);
