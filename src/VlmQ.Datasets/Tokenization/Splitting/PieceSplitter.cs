using System.Collections.Immutable;
using System.Text;
using VlmQ.Datasets.Tokenization.Merging;
using VlmQ.Datasets.Tokenization.Patterns;

namespace VlmQ.Datasets.Tokenization.Splitting;

/// <summary>Cuts a text into the pieces that are merged each on its own, and rewrites them. Safe from several threads.</summary>
internal abstract class PieceSplitter
{
    /// <summary>How many times longer a text can become, at most, but for a few characters.</summary>
    public virtual long Growth => 1;

    /// <summary>Cuts a piece.</summary>
    /// <param name="piece">At least one character.</param>
    /// <param name="first">Whether it stands at the very beginning of the text.</param>
    /// <param name="pieces">Receives the pieces, none of them empty.</param>
    public abstract void Split(ReadOnlyMemory<char> piece, bool first, List<ReadOnlyMemory<char>> pieces);
}

/// <summary>Writes text in the alphabet of bytes, word by word where GPT-2's words are asked for.</summary>
/// <param name="prefixesSpace">Whether a space is put in front of a text that has none.</param>
/// <param name="words">What finds the words; null for none.</param>
internal sealed class ByteLevelSplitter(bool prefixesSpace, TextPattern? words) : PieceSplitter
{
    // Three bytes for a unit, and a space.
    private const int Widest = 4;

    /// <summary>GPT-2's expression: contractions, letters, digits and others with a space in front, white space.</summary>
    public const string Gpt2Words = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    /// <inheritdoc/>
    public override long Growth => Widest;

    /// <inheritdoc/>
    public override void Split(ReadOnlyMemory<char> piece, bool first, List<ReadOnlyMemory<char>> pieces)
    {
        ReadOnlyMemory<char> text = prefixesSpace && piece.Span[0] != ' ' ? string.Concat(" ", piece.Span).AsMemory() : piece;
        if (words is null)
        {
            pieces.Add(ByteAlphabet.Spell(text.Span).AsMemory());
            return;
        }
        // The whole text is spelled once; a word is a slice of it.
        ReadOnlyMemory<char> spelled = ByteAlphabet.Spell(text.Span).AsMemory();
        int at = 0;
        foreach ((int start, int end, _) in PatternSplitter.Cut(words, text.Span))
        {
            int length = Encoding.UTF8.GetByteCount(text.Span[start..end]);
            pieces.Add(spelled.Slice(at, length));
            at += length;
        }
    }
}

/// <summary>What becomes of the matches of a pattern.</summary>
internal enum SplitBehavior
{
    /// <summary>They are pieces of their own.</summary>
    Isolated,

    /// <summary>They are left out.</summary>
    Removed,

    /// <summary>They end the piece before them.</summary>
    MergedWithPrevious,

    /// <summary>They begin the piece after them.</summary>
    MergedWithNext,

    /// <summary>Those that adjoin are one piece.</summary>
    Contiguous,
}

/// <summary>Cuts at the matches of a pattern.</summary>
/// <param name="pattern">The pattern.</param>
/// <param name="behavior">What becomes of its matches.</param>
/// <param name="inverted">What lies between the matches counts as the matches.</param>
internal sealed class PatternSplitter(TextPattern pattern, SplitBehavior behavior, bool inverted) : PieceSplitter
{
    /// <summary>The whole of a text, cut into matches and what lies between them.</summary>
    public static List<(int Start, int End, bool IsMatch)> Cut(TextPattern pattern, ReadOnlySpan<char> text)
    {
        List<(int Start, int End)> matches = [];
        pattern.FindAll(text, matches);
        List<(int, int, bool)> cuts = new(matches.Count);
        int done = 0;
        foreach ((int start, int end) in matches)
        {
            if (start > done)
            {
                cuts.Add((done, start, false));
            }
            cuts.Add((start, end, true));
            done = end;
        }
        if (done < text.Length)
        {
            cuts.Add((done, text.Length, false));
        }
        return cuts;
    }

    /// <inheritdoc/>
    public override void Split(ReadOnlyMemory<char> piece, bool first, List<ReadOnlyMemory<char>> pieces)
    {
        List<(int Start, int End, bool IsMatch)> cuts = Cut(pattern, piece.Span);
        int begin = 0;
        for (int i = 0; i < cuts.Count; i++)
        {
            bool match = cuts[i].IsMatch != inverted;
            bool last = i + 1 == cuts.Count;
            bool next = !last && cuts[i + 1].IsMatch != inverted;
            if (match && behavior == SplitBehavior.Removed)
            {
                begin = i + 1;
                continue;
            }
            bool joins = behavior switch
            {
                SplitBehavior.MergedWithPrevious => next && !match,
                SplitBehavior.MergedWithNext => match && !next,
                SplitBehavior.Contiguous => match == next,
                _ => false,
            };
            if (last || !joins)
            {
                pieces.Add(piece[cuts[begin].Start..cuts[i].End]);
                begin = i + 1;
            }
        }
    }
}

/// <summary>What is put in front of a text by <see cref="MetaspaceSplitter"/>.</summary>
internal enum PrependScheme
{
    /// <summary>The marker in front of every piece.</summary>
    Always,

    /// <summary>The marker in front of a piece at the very beginning of the text.</summary>
    First,

    /// <summary>Nothing.</summary>
    Never,
}

/// <summary>Writes spaces as a marker, puts one in front, and cuts before each.</summary>
/// <param name="marker">The marker, one character.</param>
/// <param name="scheme">Where one is put in front, unless there is one already.</param>
/// <param name="cuts">Whether a piece ends before each marker.</param>
internal sealed class MetaspaceSplitter(string marker, PrependScheme scheme, bool cuts) : PieceSplitter
{
    private readonly PatternSplitter _cutter = new(new LiteralPattern(marker), SplitBehavior.MergedWithNext, false);

    /// <inheritdoc/>
    public override long Growth => scheme == PrependScheme.Never ? 1 : 2;

    /// <inheritdoc/>
    public override void Split(ReadOnlyMemory<char> piece, bool first, List<ReadOnlyMemory<char>> pieces)
    {
        string text = piece.ToString().Replace(" ", marker, StringComparison.Ordinal);
        bool prepends = scheme == PrependScheme.Always || (scheme == PrependScheme.First && first);
        if (prepends && !text.StartsWith(marker, StringComparison.Ordinal))
        {
            text = marker + text;
        }
        if (cuts)
        {
            _cutter.Split(text.AsMemory(), first, pieces);
        }
        else
        {
            pieces.Add(text.AsMemory());
        }
    }
}

/// <summary>One splitter after the other.</summary>
/// <param name="parts">The splitters, in order.</param>
internal sealed class SplitterChain(ImmutableArray<PieceSplitter> parts) : PieceSplitter
{
    /// <inheritdoc/>
    public override long Growth => parts.Aggregate(1L, (growth, part) => Math.Min(int.MaxValue, growth * part.Growth));

    /// <inheritdoc/>
    public override void Split(ReadOnlyMemory<char> piece, bool first, List<ReadOnlyMemory<char>> pieces)
    {
        List<ReadOnlyMemory<char>> before = [piece];
        foreach (PieceSplitter part in parts)
        {
            List<ReadOnlyMemory<char>> after = new(before.Count);
            for (int i = 0; i < before.Count; i++)
            {
                part.Split(before[i], first && i == 0, after);
            }
            before = after;
        }
        pieces.AddRange(before);
    }
}
