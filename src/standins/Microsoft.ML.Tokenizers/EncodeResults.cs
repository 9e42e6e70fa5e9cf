namespace Microsoft.ML.Tokenizers;

/// <summary>What encoding a text gave.</summary>
public struct EncodeResults<T>
{
    public IReadOnlyList<T> Tokens { get; set; }

    /// <summary>The text after normalization; null where none was asked for.</summary>
    public string? NormalizedText { get; set; }

    /// <summary>The UTF-16 units of the text that the tokens cover.</summary>
    public int CharsConsumed { get; set; }
}
