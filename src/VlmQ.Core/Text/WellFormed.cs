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

    /// <summary>
    /// JSON in whose strings each escape of half a surrogate pair is an escaped backslash with its letters: readers of JSON refuse such
    /// an escape, and what it stands for is no text. Everything else is as it was.
    /// </summary>
    public static string OfJson(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        if (!json.Contains(@"\ud", StringComparison.OrdinalIgnoreCase))
        {
            return json;
        }
        StringBuilder whole = new(json.Length + 16);
        for (int i = 0; i < json.Length; i++)
        {
            if (json[i] != '\\' || i + 1 == json.Length)
            {
                whole.Append(json[i]);
                continue;
            }
            char? unit = UnitAt(json, i);
            bool isPair = unit is { } high && char.IsHighSurrogate(high) && UnitAt(json, i + 6) is { } low && char.IsLowSurrogate(low);
            // An escape, or two that are one character, is passed over whole: a second backslash begins nothing.
            int length =
                isPair ? 12
                : unit is null ? 2
                : 6;
            whole.Append(!isPair && unit is { } half && char.IsSurrogate(half) ? @"\" : "").Append(json, i, length);
            i += length - 1;
        }
        return whole.ToString();
    }

    private static char? UnitAt(string json, int at) =>
        at + 6 <= json.Length
        && json[at] == '\\'
        && json[at + 1] == 'u'
        && ushort.TryParse(json.AsSpan(at + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort unit)
            ? (char)unit
            : null;

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
