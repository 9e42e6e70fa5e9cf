using System.Buffers;
using System.Text;

namespace VlmQ.Datasets.Tokenization.Added;

/// <summary>
/// Cuts a text at added tokens: leftmost, and among those that begin at the same place the longest. Linear in the text. Safe from several
/// threads.
/// </summary>
internal sealed class AddedTokenFinder
{
    private readonly Dictionary<string, AddedToken> _tokens = new(StringComparer.Ordinal);
    private readonly Dictionary<string, AddedToken>.AlternateLookup<ReadOnlySpan<char>> _bySpan;
    private readonly Dictionary<char, int[]> _lengths;
    private readonly SearchValues<char> _first;

    /// <param name="tokens">The tokens, with the content that is searched.</param>
    public AddedTokenFinder(IEnumerable<(string Content, AddedToken Token)> tokens)
    {
        foreach ((string content, AddedToken token) in tokens)
        {
            _tokens[content] = token;
        }
        _bySpan = _tokens.GetAlternateLookup<ReadOnlySpan<char>>();
        _lengths = _tokens
            .Keys.GroupBy(content => content[0])
            .ToDictionary(group => group.Key, group => group.Select(content => content.Length).Distinct().OrderDescending().ToArray());
        _first = SearchValues.Create([.. _lengths.Keys]);
    }

    /// <summary>Cuts a text; what lies between two tokens is never empty.</summary>
    /// <param name="text">The text.</param>
    /// <param name="specialToo">Whether special tokens are cut out; else they are text like any other.</param>
    /// <param name="pieces">Receives the pieces, those that are tokens with their token.</param>
    public void Cut(string text, bool specialToo, List<(Range Piece, AddedToken? Token)> pieces)
    {
        int done = 0;
        int at = 0;
        while (Find(text, ref at) is { } token)
        {
            int start = at;
            int end = at + token.Matched;
            at = end;
            AddedToken found = token.Token;
            if ((found.Special && !specialToo) || start < done || (found.SingleWord && TouchesWord(text, start, end)))
            {
                continue;
            }
            while (found.StripsLeft && start > done && char.IsWhiteSpace(text[start - 1]))
            {
                start--;
            }
            while (found.StripsRight && end < text.Length && char.IsWhiteSpace(text[end]))
            {
                end++;
            }
            if (start > done)
            {
                pieces.Add((done..start, null));
            }
            pieces.Add((start..end, found));
            done = end;
        }
        if (done < text.Length)
        {
            pieces.Add((done..text.Length, null));
        }
    }

    private static bool TouchesWord(string text, int start, int end) =>
        (Rune.DecodeLastFromUtf16(text.AsSpan(0, start), out Rune before, out _) == OperationStatus.Done && IsWord(before))
        || (Rune.DecodeFromUtf16(text.AsSpan(end), out Rune after, out _) == OperationStatus.Done && IsWord(after));

    private static bool IsWord(Rune rune) => Patterns.RuneSet.Word.Contains(rune.Value);

    private (AddedToken Token, int Matched)? Find(string text, ref int at)
    {
        while (at < text.Length && text.AsSpan(at).IndexOfAny(_first) is var next and >= 0)
        {
            at += next;
            foreach (int length in _lengths[text[at]])
            {
                if (length <= text.Length - at && _bySpan.TryGetValue(text.AsSpan(at, length), out AddedToken? token))
                {
                    return (token, length);
                }
            }
            at++;
        }
        return null;
    }
}
