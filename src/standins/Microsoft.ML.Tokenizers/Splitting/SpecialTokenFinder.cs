using System.Buffers;

namespace Microsoft.ML.Tokenizers.Splitting;

/// <summary>Finds special tokens in a text: leftmost, and among those that begin there the longest.</summary>
internal sealed class SpecialTokenFinder
{
    private readonly string[] longestFirst;
    private readonly SearchValues<string>? any;

    public SpecialTokenFinder(IReadOnlyDictionary<string, int>? specialTokens)
    {
        longestFirst = specialTokens is null ? [] : [.. specialTokens.Keys.OrderByDescending(token => token.Length)];
        if (longestFirst.Any(string.IsNullOrEmpty))
        {
            throw new ArgumentException("A special token cannot be empty.", nameof(specialTokens));
        }
        any = longestFirst.Length > 0 ? SearchValues.Create(longestFirst, StringComparison.Ordinal) : null;
    }

    public static SpecialTokenFinder None { get; } = new(null);

    /// <summary>
    /// The next special token at or after <paramref name="start"/>; an empty range at the end of the text where there is none.
    /// </summary>
    public (int Start, int End) Next(ReadOnlySpan<char> text, int start)
    {
        int found = any is null ? -1 : text[start..].IndexOfAny(any);
        if (found < 0)
        {
            return (text.Length, text.Length);
        }
        ReadOnlySpan<char> rest = text[(start + found)..];
        foreach (string token in longestFirst)
        {
            if (rest.StartsWith(token, StringComparison.Ordinal))
            {
                return (start + found, start + found + token.Length);
            }
        }
        throw new InvalidOperationException("A special token was found and then not found.");
    }
}
