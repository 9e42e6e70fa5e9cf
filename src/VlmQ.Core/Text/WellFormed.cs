using System.Globalization;
using System.Text;

namespace VlmQ.Core.Text;

/// <summary>Text that every file can hold.</summary>
public static class WellFormed
{
    /// <summary>
    /// The text with each half of a surrogate pair that stands alone written out as its JSON escape, six characters such as
    /// <c>\ud83d</c>; text without one is returned as it is.
    /// </summary>
    public static string Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.AsSpan().ContainsAnyInRange('\ud800', '\udfff') && HasHalf(text) ? Escape(text) : text;
    }

    private static bool HasHalf(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(text, out _, out int length) != System.Buffers.OperationStatus.Done)
            {
                return true;
            }
            text = text[length..];
        }
        return false;
    }

    private static string Escape(ReadOnlySpan<char> text)
    {
        StringBuilder whole = new(text.Length + 16);
        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(text, out _, out int length) == System.Buffers.OperationStatus.Done)
            {
                whole.Append(text[..length]);
            }
            else
            {
                whole.Append(CultureInfo.InvariantCulture, $"\\u{(int)text[0]:x4}");
            }
            text = text[length..];
        }
        return whole.ToString();
    }
}
