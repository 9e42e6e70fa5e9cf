using System.Buffers;
using System.Globalization;
using System.Text;
using VlmQ.Cli.Terminal;

namespace VlmQ.Cli.Reports;

/// <summary>Somebody else's words for a page that shows them line by line.</summary>
internal static class VisibleText
{
    /// <summary>
    /// The text with its line ends and tabs as they are. What a page would hide or be led astray by is written out as its escape, such as
    /// <c>\u0000</c>: other control characters, halves of surrogate pairs, and what turns the direction of writing round. Where the text is
    /// too long its middle is left out, and what stands there says how much.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="most">The characters of it that are shown, at least 8.</param>
    public static string Of(string text, int most)
    {
        if (text.Length <= most)
        {
            return Written(text);
        }
        int head = Boundary(text, most * 3 / 4);
        int tail = Boundary(text, text.Length - (most / 4));
        return Written(text[..head]) + NumberText.Of($"\n… {tail - head:n0} characters left out …\n") + Written(text[tail..]);
    }

    // Never between the halves of a pair.
    private static int Boundary(string text, int at) => char.IsLowSurrogate(text[at]) && char.IsHighSurrogate(text[at - 1]) ? at - 1 : at;

    private static string Written(string words)
    {
        ReadOnlySpan<char> text = words.ReplaceLineEndings("\n");
        StringBuilder shown = new(text.Length);
        while (!text.IsEmpty)
        {
            bool whole = Rune.DecodeFromUtf16(text, out Rune rune, out int length) == OperationStatus.Done;
            if (whole && !IsHidden(rune))
            {
                shown.Append(text[..length]);
            }
            else
            {
                shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)text[0]:x4}");
            }
            text = text[length..];
        }
        return shown.ToString();
    }

    private static bool IsHidden(Rune rune) =>
        (Rune.IsControl(rune) && rune.Value is not ('\n' or '\t')) || rune.Value is (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069);
}
