using System.Text.RegularExpressions;

namespace VlmQ.Datasets.Tokenization;

/// <summary>
/// GPT-2's expression that splits a text into words: contractions, letters, digits and others with a space in front, white space.
/// </summary>
internal static partial class Gpt2Split
{
    [GeneratedRegex(@"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+", RegexOptions.CultureInvariant)]
    public static partial Regex Words();
}
