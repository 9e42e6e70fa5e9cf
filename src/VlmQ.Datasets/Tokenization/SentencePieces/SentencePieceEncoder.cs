using System.Buffers;
using System.Text;
using VlmQ.Datasets.Tokenization.Added;
using VlmQ.Datasets.Tokenization.Merging;

namespace VlmQ.Datasets.Tokenization.SentencePieces;

/// <summary>
/// Text to ids as the sentencepiece library does it: of all adjacent symbols whose joining is a piece, those of the highest score are joined
/// first. Control pieces that are spelled out are text. n log n in the text. Safe from several threads.
/// </summary>
internal sealed class SentencePieceEncoder
{
    /// <summary>What stands for a space.</summary>
    public const char Marker = '\u2581';

    private readonly SentencePieceModel _model;
    private readonly PairMerges _merges = new();
    private readonly Dictionary<int, int> _characters = [];
    private readonly List<Rune> _strangers = [];
    private readonly AddedTokenFinder _userDefined;
    private readonly int[]? _bytes;
    private readonly int _unknown;

    public SentencePieceEncoder(SentencePieceModel model)
    {
        _model = model;
        _unknown = -1;
        List<(string, AddedToken)> userDefined = [];
        _bytes = model.ByteFallback ? new int[256] : null;
        for (int id = 0; id < model.Pieces.Length; id++)
        {
            Piece piece = model.Pieces[id];
            switch (piece.Kind)
            {
                case PieceKind.Unknown:
                    _unknown = id;
                    break;
                case PieceKind.UserDefined:
                    userDefined.Add((piece.Text, new AddedToken(piece.Text, id, Special: false)));
                    break;
                case PieceKind.Byte when _bytes is not null:
                    _bytes[SentencePieceFile.ByteOf(piece.Text)!.Value] = id;
                    break;
                default:
                    break;
            }
        }
        _userDefined = new AddedTokenFinder(userDefined);
        LearnMerges();
    }

    /// <summary>Adds the ids of a text.</summary>
    /// <param name="text">Text without half characters.</param>
    /// <param name="dummyPrefix">Whether a space is put in front, of a text that is not empty.</param>
    /// <param name="ids">Receives the ids.</param>
    public void Encode(string text, bool dummyPrefix, List<int> ids)
    {
        string normalized = Normalize(text, dummyPrefix);
        List<(Range Piece, AddedToken? Token)> pieces = [];
        _userDefined.Cut(normalized, specialToo: true, pieces);
        foreach ((Range range, AddedToken? token) in pieces)
        {
            if (token is not null)
            {
                ids.Add(token.Id);
            }
            else
            {
                Merge(normalized.AsSpan(range), ids);
            }
        }
    }

    private string Normalize(string text, bool dummyPrefix)
    {
        if (_model.RemovesExtraSpaces)
        {
            text = string.Join(' ', text.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        }
        if (dummyPrefix && text.Length > 0)
        {
            text = " " + text;
        }
        return _model.EscapesSpaces ? text.Replace(' ', Marker) : text;
    }

    /// <summary>
    /// Every way to join two symbols into a piece. A symbol is a normal piece, by its id, or a single character that is none, by a number
    /// above all ids.
    /// </summary>
    private void LearnMerges()
    {
        Dictionary<string, int> symbols = new(StringComparer.Ordinal);
        for (int id = 0; id < _model.Pieces.Length; id++)
        {
            if (_model.Pieces[id].Kind == PieceKind.Normal)
            {
                symbols.Add(_model.Pieces[id].Text, id);
            }
        }
        foreach (string text in symbols.Keys.ToArray())
        {
            foreach (Rune rune in text.EnumerateRunes())
            {
                string character = rune.ToString();
                if (symbols.TryAdd(character, _model.Pieces.Length + _strangers.Count))
                {
                    _strangers.Add(rune);
                }
                _characters[rune.Value] = symbols[character];
            }
        }
        Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> bySpan = symbols.GetAlternateLookup<ReadOnlySpan<char>>();
        Dictionary<float, int> ranks = [];
        foreach (float score in _model.Pieces.Select(piece => piece.Score).Distinct().OrderDescending())
        {
            ranks.Add(score, ranks.Count);
        }
        for (int id = 0; id < _model.Pieces.Length; id++)
        {
            Piece piece = _model.Pieces[id];
            for (int cut = 1; piece.Kind == PieceKind.Normal && cut < piece.Text.Length; cut++)
            {
                ReadOnlySpan<char> text = piece.Text;
                if (bySpan.TryGetValue(text[..cut], out int left) && bySpan.TryGetValue(text[cut..], out int right))
                {
                    _merges.Set(left, right, ranks[piece.Score], id);
                }
            }
        }
    }

    private void Merge(ReadOnlySpan<char> text, List<int> ids)
    {
        int[] symbols = ArrayPool<int>.Shared.Rent(text.Length);
        int count = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            // What is in no piece never merges and is told apart below by its sign.
            symbols[count++] = _characters.TryGetValue(rune.Value, out int symbol) ? symbol : ~rune.Value;
        }
        count = _merges.Apply(symbols.AsSpan(0, count));
        Span<byte> utf8 = stackalloc byte[4];
        bool afterUnknown = false;
        ids.EnsureCapacity(ids.Count + count);
        foreach (int symbol in symbols.AsSpan(0, count))
        {
            bool unknown = false;
            if (symbol >= 0 && symbol < _model.Pieces.Length)
            {
                ids.Add(symbol);
            }
            else if (_bytes is not null)
            {
                Rune rune = symbol < 0 ? new Rune(~symbol) : _strangers[symbol - _model.Pieces.Length];
                foreach (byte value in utf8[..rune.EncodeToUtf8(utf8)])
                {
                    ids.Add(_bytes[value]);
                }
            }
            else
            {
                unknown = true;
                if (_unknown >= 0 && !afterUnknown)
                {
                    ids.Add(_unknown);
                }
            }
            afterUnknown = unknown;
        }
        ArrayPool<int>.Shared.Return(symbols);
    }
}
