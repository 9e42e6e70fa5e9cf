using System.Text.RegularExpressions;
using Microsoft.ML.Tokenizers.Splitting;

namespace Microsoft.ML.Tokenizers;

/// <summary>
/// Cuts special tokens out of a text, then splits what is between them by a regular expression: every match is a word. The expression of
/// GPT-2 is recognised and replaced by a splitter of its own, which is faster and counts letters beyond U+FFFF as letters.
/// </summary>
public sealed class RegexPreTokenizer : PreTokenizer
{
    private readonly Regex regex;
    private readonly SpecialTokenFinder specials;
    private readonly bool isGpt2;

    public RegexPreTokenizer(Regex regex, IReadOnlyDictionary<string, int>? specialTokens)
    {
        ArgumentNullException.ThrowIfNull(regex);
        this.regex = regex;
        specials = new SpecialTokenFinder(specialTokens);
        isGpt2 = regex.ToString() == Gpt2Words.Pattern && (regex.Options & ~(RegexOptions.Compiled | RegexOptions.CultureInvariant)) == 0;
    }

    public override IEnumerable<(int Offset, int Length)> PreTokenize(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return PreTokenize(text.AsSpan());
    }

    public override IEnumerable<(int Offset, int Length)> PreTokenize(ReadOnlySpan<char> text)
    {
        List<(int Offset, int Length)> words = [];
        foreach (Range word in Words(text))
        {
            words.Add((word.Start.Value, word.End.Value - word.Start.Value));
        }
        return words;
    }

    internal WordEnumerator Words(ReadOnlySpan<char> text) => new(text, specials, isGpt2 ? null : regex);
}
