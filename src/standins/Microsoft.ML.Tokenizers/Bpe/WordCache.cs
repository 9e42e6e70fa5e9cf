using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Microsoft.ML.Tokenizers.Bpe;

/// <summary>
/// The ids of words seen before. Each word has one place; a newer word takes it over. An entry is immutable and published by one
/// reference, so readers need no lock and a lost race costs one more merge.
/// </summary>
internal sealed class WordCache
{
    /// <summary>Longer words are rare and are merged each time.</summary>
    public const int LongestWord = 24;

    private const int Places = 1 << 15;

    private readonly Entry?[] entries = new Entry?[Places];

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
        Entry? entry = Volatile.Read(ref entries[hash & (Places - 1)]);
        return entry is not null && entry.Hash == hash && word.SequenceEqual(entry.Word) ? entry.Ids : null;
    }

    public void Add(ReadOnlySpan<char> word, uint hash, ReadOnlySpan<int> ids) =>
        Volatile.Write(ref entries[hash & (Places - 1)], new Entry(hash, word.ToString(), ids.ToArray()));

    private static ulong Mix(ulong value)
    {
        value *= 0xFF51AFD7ED558CCD;
        return value ^ (value >> 32);
    }

    private sealed record Entry(uint Hash, string Word, int[] Ids);
}
