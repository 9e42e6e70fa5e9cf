using System.Globalization;
using System.Text;

namespace VlmQ.Datasets.Tokenization.Normalizing;

/// <summary>
/// Unicode's normal form C (UAX 15). .NET leaves every text as it is where globalisation is invariant, so the tables come along: the
/// canonical decompositions and combining classes of UnicodeData.txt.
/// </summary>
internal static class Composition
{
    private const int FirstSyllable = 0xAC00;
    private const int FirstLead = 0x1100;
    private const int FirstVowel = 0x1161;
    private const int BeforeTail = 0x11A7;
    private const int Leads = 19;
    private const int Vowels = 21;
    private const int Tails = 28;
    private const int Syllables = Leads * Vowels * Tails;

    // Below this every character is composed and combines with nothing.
    private const int FirstOfInterest = 0x300;

    private static readonly Lazy<Tables> Data = new(Tables.Read);

    /// <summary>The text in normal form C.</summary>
    /// <param name="text">Text without half characters.</param>
    public static string Compose(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange((char)FirstOfInterest, char.MaxValue))
        {
            return text;
        }
        List<int> values = new(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            Decompose(rune.Value, values);
        }
        Sort(values);
        Combine(values);
        StringBuilder composed = new(values.Count);
        Span<char> units = stackalloc char[2];
        foreach (int value in values)
        {
            composed.Append(units[..new Rune(value).EncodeToUtf16(units)]);
        }
        return composed.ToString();
    }

    private static void Decompose(int value, List<int> values)
    {
        int syllable = value - FirstSyllable;
        if (syllable is >= 0 and < Syllables)
        {
            values.Add(FirstLead + (syllable / (Vowels * Tails)));
            values.Add(FirstVowel + (syllable % (Vowels * Tails) / Tails));
            if (syllable % Tails != 0)
            {
                values.Add(BeforeTail + (syllable % Tails));
            }
        }
        else if (Data.Value.Parts.TryGetValue(value, out (int First, int Second) parts))
        {
            Decompose(parts.First, values);
            if (parts.Second != 0)
            {
                values.Add(parts.Second);
            }
        }
        else
        {
            values.Add(value);
        }
    }

    /// <summary>Orders every run of combining characters by its classes; equal ones keep their order.</summary>
    private static void Sort(List<int> values)
    {
        int start = 0;
        for (int i = 0; i <= values.Count; i++)
        {
            if (i < values.Count && ClassOf(values[i]) != 0)
            {
                continue;
            }
            if (i - start > 1)
            {
                int[] run = [.. values.GetRange(start, i - start).OrderBy(ClassOf)];
                for (int j = 0; j < run.Length; j++)
                {
                    values[start + j] = run[j];
                }
            }
            start = i + 1;
        }
    }

    private static void Combine(List<int> values)
    {
        int kept = 0;
        int starter = -1;
        int lastClass = -1;
        for (int i = 0; i < values.Count; i++)
        {
            int value = values[i];
            int combining = ClassOf(value);
            bool blocked = starter < 0 || (lastClass >= combining && lastClass >= 0);
            if (!blocked && Pair(values[starter], value) is { } composed)
            {
                values[starter] = composed;
                continue;
            }
            if (combining == 0)
            {
                (starter, lastClass) = (kept, -1);
            }
            else
            {
                lastClass = combining;
            }
            values[kept++] = value;
        }
        values.RemoveRange(kept, values.Count - kept);
    }

    private static int? Pair(int left, int right)
    {
        if (left - FirstLead is >= 0 and < Leads && right - FirstVowel is >= 0 and < Vowels)
        {
            return FirstSyllable + ((((left - FirstLead) * Vowels) + (right - FirstVowel)) * Tails);
        }
        if (left - FirstSyllable is >= 0 and < Syllables && (left - FirstSyllable) % Tails == 0 && right - BeforeTail is > 0 and < Tails)
        {
            return left + (right - BeforeTail);
        }
        return Data.Value.Composed.TryGetValue((left, right), out int composed) ? composed : null;
    }

    private static int ClassOf(int value) => value < FirstOfInterest ? 0 : Data.Value.Classes.GetValueOrDefault(value);

    private sealed record Tables(
        Dictionary<int, (int First, int Second)> Parts,
        Dictionary<(int, int), int> Composed,
        Dictionary<int, byte> Classes
    )
    {
        public static Tables Read()
        {
            Tables tables = new([], [], []);
            using Stream stream = typeof(Composition).Assembly.GetManifestResourceStream("VlmQ.Datasets.Composition.txt")!;
            using StreamReader reader = new(stream);
            while (reader.ReadLine() is { } line)
            {
                if (line.Split('=') is [var whole, var parts])
                {
                    int value = Value(whole.TrimEnd('*'));
                    int[] halves = [.. parts.Split(' ').Select(Value), 0];
                    tables.Parts[value] = (halves[0], halves[1]);
                    if (!whole.EndsWith('*'))
                    {
                        tables.Composed[(halves[0], halves[1])] = value;
                    }
                }
                else if (line.Split('-', ':') is [var first, var last, var combining])
                {
                    for (int value = Value(first); value <= Value(last); value++)
                    {
                        tables.Classes[value] = byte.Parse(combining, CultureInfo.InvariantCulture);
                    }
                }
            }
            return tables;
        }

        private static int Value(string digits) => int.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
    }
}
