using System.Text;
using VlmQ.Core.Text;

namespace VlmQ.Cli.Terminal;

/// <summary>A table of aligned columns in plain text; numbers to the right.</summary>
internal static class TextTable
{
    public static string Render(IReadOnlyList<string> head, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        // Names of policies and actions can be somebody else's words: none of them may steer a terminal.
        rows = [.. rows.Select(row => (IReadOnlyList<string>)[.. row.Select(cell => Printable.Of(cell, int.MaxValue))])];
        int[] widths = [.. head.Select((name, column) => Math.Max(name.Length, rows.Count == 0 ? 0 : rows.Max(row => row[column].Length)))];
        bool[] right = [.. head.Select((_, column) => rows.Count > 0 && rows.All(row => IsNumber(row[column])))];
        StringBuilder text = new();
        Line(head);
        Line([.. widths.Select(width => new string('─', width))]);
        foreach (IReadOnlyList<string> row in rows)
        {
            Line(row);
        }
        return text.ToString();

        static bool IsNumber(string cell) =>
            cell.Length == 0 || (!char.IsAsciiLetter(cell[0]) && (char.IsAsciiDigit(cell[^1]) || cell[^1] is '%' or ']'));

        void Line(IReadOnlyList<string> cells)
        {
            for (int i = 0; i < cells.Count; i++)
            {
                text.Append(i == 0 ? "" : "  ").Append(right[i] ? cells[i].PadLeft(widths[i]) : cells[i].PadRight(widths[i]));
            }
            while (text.Length > 0 && text[^1] == ' ')
            {
                text.Length--;
            }
            text.Append('\n');
        }
    }
}
