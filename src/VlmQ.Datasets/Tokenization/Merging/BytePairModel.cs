using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;

namespace VlmQ.Datasets.Tokenization.Merging;

/// <summary>Byte-pair encoding of a piece of text: its characters are looked up, then merged. Safe from several threads.</summary>
internal sealed class BytePairModel
{
    private const int Bytes = 256;

    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _whole;
    private readonly Dictionary<int, int> _characters = [];
    private readonly PairMerges _merges;
    private readonly int[]? _bytes;
    private readonly int? _unknown;
    private readonly bool _fuseUnknown;
    private readonly bool _ignoreMerges;

    /// <param name="vocabulary">Token → id, compared ordinally.</param>
    /// <param name="merges">The merges, among ids.</param>
    /// <param name="unknown">The id that stands for what has no other; null drops it.</param>
    /// <param name="fuseUnknown">Whether a run of unknown characters is one id.</param>
    /// <param name="byteFallback">Whether the bytes of an unknown character become <c>&lt;0xNN&gt;</c> tokens, if all 256 are there.</param>
    /// <param name="ignoreMerges">Whether a piece that is a token as a whole is that token.</param>
    public BytePairModel(
        Dictionary<string, int> vocabulary,
        PairMerges merges,
        int? unknown,
        bool fuseUnknown,
        bool byteFallback,
        bool ignoreMerges
    )
    {
        (_merges, _unknown, _fuseUnknown, _ignoreMerges) = (merges, unknown, fuseUnknown, ignoreMerges);
        _whole = vocabulary.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach ((string token, int id) in vocabulary)
        {
            if (Rune.DecodeFromUtf16(token, out Rune rune, out int width) == OperationStatus.Done && width == token.Length)
            {
                _characters[rune.Value] = id;
            }
        }
        _bytes = byteFallback ? ByteTokens(vocabulary) : null;
    }

    /// <summary>The token of a byte, <c>&lt;0x0A&gt;</c>.</summary>
    public static string ByteToken(int value) => $"<0x{value:X2}>";

    /// <summary>Adds the ids of a piece.</summary>
    public void Encode(ReadOnlySpan<char> piece, List<int> ids)
    {
        if (_ignoreMerges && _whole.TryGetValue(piece, out int id))
        {
            ids.Add(id);
            return;
        }
        // A UTF-16 unit becomes at most three byte tokens.
        int most = piece.Length * (_bytes is null ? 1 : 3);
        int[] rented = ArrayPool<int>.Shared.Rent(most);
        int count = _merges.Apply(rented.AsSpan(0, Symbols(piece, rented)));
        CollectionsMarshal.SetCount(ids, ids.Count + count);
        rented.AsSpan(0, count).CopyTo(CollectionsMarshal.AsSpan(ids)[^count..]);
        ArrayPool<int>.Shared.Return(rented);
    }

    private static int[]? ByteTokens(Dictionary<string, int> vocabulary)
    {
        int[] ids = new int[Bytes];
        for (int value = 0; value < Bytes; value++)
        {
            if (!vocabulary.TryGetValue(ByteToken(value), out ids[value]))
            {
                return null;
            }
        }
        return ids;
    }

    private int Symbols(ReadOnlySpan<char> piece, int[] symbols)
    {
        int count = 0;
        bool afterUnknown = false;
        Span<byte> utf8 = stackalloc byte[4];
        foreach (Rune rune in piece.EnumerateRunes())
        {
            bool unknown = false;
            if (_characters.TryGetValue(rune.Value, out int id))
            {
                symbols[count++] = id;
            }
            else if (_bytes is not null)
            {
                foreach (byte value in utf8[..rune.EncodeToUtf8(utf8)])
                {
                    symbols[count++] = _bytes[value];
                }
            }
            else
            {
                unknown = true;
                if (_unknown is { } token && !(afterUnknown && _fuseUnknown))
                {
                    symbols[count++] = token;
                }
            }
            afterUnknown = unknown;
        }
        return count;
    }
}
