using System.Globalization;
using System.Text;
using VlmQ.Core.Episodes;

namespace VlmQ.Datasets.Exchange;

/// <summary>The lines of a text file from a stranger: one of them in memory, and none longer than a limit.</summary>
internal static class BoundedLines
{
    private const int BufferChars = 1 << 15;

    /// <summary>The lines in order, without their ends.</summary>
    /// <param name="text">The file.</param>
    /// <param name="limit">Characters beyond which a line is refused.</param>
    /// <param name="where">The file, for messages.</param>
    /// <exception cref="FaultException">A line is longer; the fault names it.</exception>
    public static IEnumerable<string> Of(TextReader text, int limit, string where)
    {
        char[] buffer = new char[BufferChars];
        StringBuilder line = new();
        long number = 1;
        bool begun = false;
        int read;
        while ((read = text.Read(buffer)) > 0)
        {
            int start = 0;
            while (start < read)
            {
                int length = buffer.AsSpan(start, read - start).IndexOf('\n');
                bool ends = length >= 0;
                length = ends ? length : read - start;
                if (line.Length + length > limit)
                {
                    string what = string.Create(CultureInfo.InvariantCulture, $"the line has more than {limit} characters");
                    string place = string.Create(CultureInfo.InvariantCulture, $"{where}:{number}");
                    throw new FaultException(Fault.Data(what, place, "export the dataset again"));
                }
                line.Append(buffer, start, length);
                start += length + (ends ? 1 : 0);
                begun = !ends;
                if (ends)
                {
                    yield return line.ToString();
                    line.Clear();
                    number++;
                }
            }
        }
        if (begun)
        {
            yield return line.ToString();
        }
    }
}
