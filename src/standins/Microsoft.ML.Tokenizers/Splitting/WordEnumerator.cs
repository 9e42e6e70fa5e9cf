using System.Text.RegularExpressions;

namespace Microsoft.ML.Tokenizers.Splitting;

/// <summary>The words and special tokens of a text, one after the other and without gaps.</summary>
internal ref struct WordEnumerator
{
    private readonly ReadOnlySpan<char> text;
    private readonly SpecialTokenFinder specials;
    private readonly Regex? regex;
    private (int Start, int End) special;
    private Regex.ValueMatchEnumerator matches;
    private int segmentStart;
    private int pendingMatchEnd;
    private readonly IEnumerator<(int Offset, int Length)>? words;
    private int end;

    /// <summary>Goes through words that were found already.</summary>
    public WordEnumerator(IEnumerable<(int Offset, int Length)> words)
        : this(default, SpecialTokenFinder.None, null) => this.words = words.GetEnumerator();

    /// <summary>Splits by <paramref name="regex"/>, or as GPT-2 does where it is null.</summary>
    public WordEnumerator(ReadOnlySpan<char> text, SpecialTokenFinder specials, Regex? regex)
    {
        this.text = text;
        this.specials = specials;
        this.regex = regex;
        special = specials.Next(text, 0);
        StartSegment(0);
    }

    public Range Current { get; private set; }

    public readonly WordEnumerator GetEnumerator() => this;

    public bool MoveNext()
    {
        if (words is not null)
        {
            bool more = words.MoveNext();
            Current = more ? words.Current.Offset..(words.Current.Offset + words.Current.Length) : default;
            return more;
        }
        int start = end;
        if (start == special.Start)
        {
            if (special.End == start)
            {
                return false;
            }
            end = special.End;
            special = specials.Next(text, end);
            StartSegment(end);
        }
        else
        {
            end = regex is null ? Gpt2Words.End(text[..special.Start], start) : NextMatchEnd(start);
        }
        Current = start..end;
        return true;
    }

    private void StartSegment(int start)
    {
        if (regex is not null)
        {
            segmentStart = start;
            pendingMatchEnd = 0;
            matches = regex.EnumerateMatches(text[start..special.Start]);
        }
    }

    /// <summary>What lies between two matches is a word too, so that no text is lost.</summary>
    private int NextMatchEnd(int start)
    {
        if (pendingMatchEnd > start)
        {
            return pendingMatchEnd;
        }
        while (matches.MoveNext())
        {
            int matchStart = segmentStart + matches.Current.Index;
            int matchEnd = matchStart + matches.Current.Length;
            if (matchEnd > start)
            {
                pendingMatchEnd = matchEnd;
                return matchStart > start ? matchStart : matchEnd;
            }
        }
        return special.Start;
    }
}
