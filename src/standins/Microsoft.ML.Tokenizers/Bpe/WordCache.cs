using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Microsoft.ML.Tokenizers.Bpe;

/// <summary>
/// The ids of words seen before. A word has four places; when all are taken the oldest makes room. An entry is immutable and published
/// by one reference, so readers need no lock and a lost race costs one more merge.
/// </summary>
internal sealed class WordCache
{
    /// <summary>Longer words are rare and are merged each time.</summary>
    public const int LongestWord = 32;

    private const int Ways = 4;
    private const int Sets = 1 << 14;

    private readonly Entry?[] entries = new Entry?[Sets * Ways];

    public static uint Hash(ReadOnlySpan<char> word)
    {
        ref byte data = ref Unsafe.As<char, byte>(ref MemoryMarshal.GetReference(word));
        nuint length = (nuint)word.Length * 2;
        ulong hash = (ulong)word.Length * 0x9E3779B97F4A7C15;
        nuint i = 0;
        for (; i + 8 <= length; i += 8)
        {
            hash = Mix(hash ^ Unsafe.ReadUnaligned<ulong>(ref Unsafe.AddByteOffset(ref data, i)));
        }
        if (i + 4 <= length)
        {
            hash = Mix(hash ^ Unsafe.ReadUnaligned<uint>(ref Unsafe.AddByteOffset(ref data, i)));
            i += 4;
        }
        if (i < length)
        {
            hash = Mix(hash ^ Unsafe.ReadUnaligned<ushort>(ref Unsafe.AddByteOffset(ref data, i)));
        }
        return (uint)(hash >> 32);
    }

    /// <summary>The ids of a word; null where it is not known.</summary>
    public int[]? Find(ReadOnlySpan<char> word, uint hash)
    {
        foreach (ref Entry? place in PlacesOf(hash))
        {
            Entry? entry = Volatile.Read(ref place);
            if (entry is null)
            {
                return null;
            }
            if (entry.Hash == hash && word.SequenceEqual(entry.Word))
            {
                return entry.Ids;
            }
        }
        return null;
    }

    public void Add(ReadOnlySpan<char> word, uint hash, ReadOnlySpan<int> ids)
    {
        Span<Entry?> places = PlacesOf(hash);
        for (int i = Ways - 1; i > 0; i--)
        {
            Volatile.Write(ref places[i], Volatile.Read(ref places[i - 1]));
        }
        Volatile.Write(ref places[0], new Entry(hash, word.ToString(), ids.ToArray()));
    }

    private Span<Entry?> PlacesOf(uint hash) => entries.AsSpan((int)(hash & (Sets - 1)) * Ways, Ways);

    private static ulong Mix(ulong value)
    {
        value *= 0xFF51AFD7ED558CCD;
        return value ^ (value >> 32);
    }

    private sealed record Entry(uint Hash, string Word, int[] Ids);
}
