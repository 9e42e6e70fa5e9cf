using System.Globalization;
using System.Text;

namespace VlmQ.Core.Text;

/// <summary>Somebody else's words for a message.</summary>
public static class Printable
{
    /// <summary>The text, cut where it is long, with nothing in it that a terminal or a file could choke on.</summary>
    /// <param name="text">The text.</param>
    /// <param name="most">The characters of it that are shown.</param>
    public static string Of(string text, int most)
    {
        ArgumentNullException.ThrowIfNull(text);
        StringBuilder shown = new();
        foreach (Rune rune in text.AsSpan(0, Math.Min(text.Length, most)).EnumerateRunes())
        {
            if (Rune.IsControl(rune) || rune == Rune.ReplacementChar)
            {
                shown.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}");
            }
            else
            {
                shown.Append(rune.ToString());
            }
        }
        return text.Length > most ? shown.Append('…').ToString() : shown.ToString();
    }
}
