namespace Microsoft.ML.Tokenizers;

/// <summary>Splits a text into the words that are merged each on its own.</summary>
public abstract class PreTokenizer
{
    /// <summary>The words, in order.</summary>
    public abstract IEnumerable<(int Offset, int Length)> PreTokenize(string text);

    /// <summary>The words, in order.</summary>
    public abstract IEnumerable<(int Offset, int Length)> PreTokenize(ReadOnlySpan<char> text);
}
