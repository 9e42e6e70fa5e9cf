using System.Buffers;
using System.Text;

namespace VlmQ.Datasets.Tokenization;

/// <summary>Text in which every surrogate is one of a pair.</summary>
internal static class WholeCharacters
{
    /// <summary>The text with U+FFFD for each surrogate that stands alone.</summary>
    public static string Of(string text)
    {
        int at = text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF');
        if (at < 0)
        {
            return text;
        }
        char[] units = text.ToCharArray();
        bool changed = false;
        while (at < units.Length)
        {
            if (Rune.DecodeFromUtf16(units.AsSpan(at), out _, out int width) != OperationStatus.Done)
            {
                units.AsSpan(at, width).Fill('\uFFFD');
                changed = true;
            }
            at += width;
        }
        return changed ? new string(units) : text;
    }
}
