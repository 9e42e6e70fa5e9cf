using System.Text;

namespace Microsoft.ML.Tokenizers.Splitting;

/// <summary>
/// The word splitting of GPT-2 by hand. It differs from its regular expression on .NET, which sees UTF-16 units, in one thing: letters and
/// numbers beyond U+FFFF are what Unicode says they are, as in the reference implementation.
/// </summary>
internal static class Gpt2Words
{
    public const string Pattern = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    private enum Kind : byte
    {
        Other,
        Space,
        Letter,
        Number,
    }

    private static ReadOnlySpan<Kind> Ascii =>
        [
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            Kind.Space,
            Kind.Space,
            Kind.Space,
            Kind.Space,
            Kind.Space,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            Kind.Space,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            Kind.Number,
            Kind.Number,
            Kind.Number,
            Kind.Number,
            Kind.Number,
            Kind.Number,
            Kind.Number,
            Kind.Number,
            Kind.Number,
            Kind.Number,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            Kind.Letter,
            Kind.Letter,
            Kind.Letter,
            Kind.Letter,
            Kind.Letter,
            Kind.Letter,
            Kind.Letter,
            Kind.Letter,
            Kind.Letter,
            Kind.Letter,
            Kind.Letter,
            Kind.Letter,
            Kind.Letter,
            Kind.Letter,
            Kind.Letter,
            Kind.Letter,
            Kind.Letter,
            Kind.Letter,
            Kind.Letter,
            Kind.Letter,
            Kind.Letter,
            Kind.Letter,
            Kind.Letter,
            Kind.Letter,
            Kind.Letter,
            Kind.Letter,
            0,
            0,
            0,
            0,
            0,
            0,
            Kind.Letter,
            Kind.Letter,
            Kind.Letter,
            Kind.Letter,
            Kind.Letter,
            Kind.Letter,
            Kind.Letter,
            Kind.Letter,
            Kind.Letter,
            Kind.Letter,
            Kind.Letter,
            Kind.Letter,
            Kind.Letter,
            Kind.Letter,
            Kind.Letter,
            Kind.Letter,
            Kind.Letter,
            Kind.Letter,
            Kind.Letter,
            Kind.Letter,
            Kind.Letter,
            Kind.Letter,
            Kind.Letter,
            Kind.Letter,
            Kind.Letter,
            Kind.Letter,
            0,
            0,
            0,
            0,
            0,
        ];

    /// <summary>Where the word that begins at <paramref name="start"/> ends.</summary>
    public static int End(ReadOnlySpan<char> text, int start)
    {
        char first = text[start];
        if (first == '\'' && Contraction(text[(start + 1)..]) is int length and > 0)
        {
            return start + 1 + length;
        }
        Kind kind = KindAt(text, start, out int width);
        int next = start + width;
        if (kind == Kind.Space)
        {
            if (first == ' ' && next < text.Length && KindAt(text, next, out width) is var following && following != Kind.Space)
            {
                return RunEnd(text, next + width, following);
            }
            int end = RunEnd(text, next, Kind.Space);

            // \s+(?!\S): the last space is left to the word that follows.
            return end < text.Length && end - start > 1 ? end - 1 : end;
        }
        return RunEnd(text, next, kind);
    }

    private static int RunEnd(ReadOnlySpan<char> text, int position, Kind kind)
    {
        while (position < text.Length && KindAt(text, position, out int width) == kind)
        {
            position += width;
        }
        return position;
    }

    private static Kind KindAt(ReadOnlySpan<char> text, int position, out int width)
    {
        width = 1;
        char c = text[position];
        return c < 128 ? Ascii[c] : KindOf(text, position, out width);
    }

    private static Kind KindOf(ReadOnlySpan<char> text, int position, out int width)
    {
        width = 1;
        char c = text[position];
        if (char.IsHighSurrogate(c) && position + 1 < text.Length && Rune.TryCreate(c, text[position + 1], out Rune rune))
        {
            width = 2;
            return Rune.IsLetter(rune) ? Kind.Letter
                : Rune.IsNumber(rune) ? Kind.Number
                : Kind.Other;
        }
        if (char.IsWhiteSpace(c))
        {
            return Kind.Space;
        }
        return char.IsLetter(c) ? Kind.Letter
            : char.IsNumber(c) ? Kind.Number
            : Kind.Other;
    }

    private static int Contraction(ReadOnlySpan<char> afterApostrophe)
    {
        if (afterApostrophe.IsEmpty)
        {
            return 0;
        }
        char second = afterApostrophe.Length > 1 ? afterApostrophe[1] : '\0';
        return (afterApostrophe[0], second) switch
        {
            ('s' or 't' or 'm' or 'd', _) => 1,
            ('r' or 'v', 'e') => 2,
            ('l', 'l') => 2,
            _ => 0,
        };
    }
}
