namespace Microsoft.ML.Tokenizers.Bpe;

/// <summary>Which pairs of symbols merge, in what order, and into what; symbols are vocabulary ids.</summary>
internal sealed class MergeTable
{
    private const int ShortWord = 48;

    private readonly int[] byteIds = new int[256];
    private readonly Dictionary<long, Merge> merges = [];

    /// <exception cref="InvalidOperationException">A byte, or a part or product of a merge, is not in the vocabulary.</exception>
    public MergeTable(IReadOnlyDictionary<string, int> vocabulary, IEnumerable<string> pairs)
    {
        for (int value = 0; value < 256; value++)
        {
            byteIds[value] = Find(vocabulary, ByteAlphabet.CharacterOf((byte)value).ToString(), $"The symbol of byte {value}");
        }
        int rank = 0;
        foreach (string pair in pairs)
        {
            string[] parts = pair.Split(' ');
            if (parts.Length != 2)
            {
                throw new InvalidOperationException($"Merge {rank + 1} is '{pair}', not two tokens with a space between.");
            }
            int left = Find(vocabulary, parts[0], $"The left part of merge {rank + 1}");
            int right = Find(vocabulary, parts[1], $"The right part of merge {rank + 1}");
            int product = Find(vocabulary, parts[0] + parts[1], $"The product of merge {rank + 1}");
            merges.TryAdd(Key(left, right), new Merge(rank, product));
            rank++;
        }
    }

    /// <summary>
    /// Merges a word in place and returns how many ids remain. <paramref name="bytes"/> and <paramref name="ids"/> have the same length;
    /// where
    /// <paramref name="ends"/> is not empty it gets the byte at which each token ends.
    /// </summary>
    public int Apply(ReadOnlySpan<byte> bytes, Span<int> ids, Span<int> ends)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            ids[i] = byteIds[bytes[i]];
        }
        for (int i = 0; i < ends.Length; i++)
        {
            ends[i] = i + 1;
        }
        return bytes.Length <= ShortWord ? MergeShort(ids, ends) : MergeLong(ids, ends);
    }

    /// <summary>Keeps the merge of every adjacent pair at hand and looks through them for the best: fastest on words.</summary>
    private int MergeShort(Span<int> ids, Span<int> ends)
    {
        int count = ids.Length;
        Span<Merge> pairs = stackalloc Merge[ShortWord];
        for (int i = 0; i + 1 < count; i++)
        {
            pairs[i] = Of(ids[i], ids[i + 1]);
        }
        while (count > 1)
        {
            int at = LowestRank(pairs[..(count - 1)]);
            if (pairs[at].Rank == int.MaxValue)
            {
                break;
            }
            ids[at] = pairs[at].Product;
            Drop(ids[..count], at + 1);
            Drop(pairs[..(count - 1)], at);
            if (!ends.IsEmpty)
            {
                Drop(ends[..count], at);
            }
            count--;
            if (at > 0)
            {
                pairs[at - 1] = Of(ids[at - 1], ids[at]);
            }
            if (at + 1 < count)
            {
                pairs[at] = Of(ids[at], ids[at + 1]);
            }
        }
        return count;
    }

    private Merge Of(int left, int right) => merges.TryGetValue(Key(left, right), out Merge merge) ? merge : Merge.None;

    private static int LowestRank(ReadOnlySpan<Merge> pairs)
    {
        int at = 0;
        for (int i = 1; i < pairs.Length; i++)
        {
            at = pairs[i].Rank < pairs[at].Rank ? i : at;
        }
        return at;
    }

    private static void Drop<T>(Span<T> items, int at) => items[(at + 1)..].CopyTo(items[at..]);

    /// <summary>The same result from a queue of pairs over a linked list, for words of any length.</summary>
    private int MergeLong(Span<int> ids, Span<int> ends)
    {
        int[] next = new int[ids.Length];
        int[] previous = new int[ids.Length];
        PriorityQueue<(int At, int Left, int Right, Merge Merge), (int Rank, int At)> queue = new();
        for (int i = 0; i < ids.Length; i++)
        {
            (previous[i], next[i]) = (i - 1, i + 1);
        }
        for (int i = 0; i + 1 < ids.Length; i++)
        {
            Enqueue(ids, next, i);
        }
        while (queue.TryDequeue(out var pair, out _))
        {
            // A pair whose symbols were merged away meanwhile is stale.
            int right = ids[pair.At] == pair.Left ? next[pair.At] : ids.Length;
            if (right == ids.Length || ids[right] != pair.Right)
            {
                continue;
            }
            ids[pair.At] = pair.Merge.Product;
            ids[right] = -1;
            next[pair.At] = next[right];
            if (next[right] < ids.Length)
            {
                previous[next[right]] = pair.At;
                Enqueue(ids, next, pair.At);
            }
            if (previous[pair.At] >= 0)
            {
                Enqueue(ids, next, previous[pair.At]);
            }
        }
        return Compact(ids, ends, next);

        void Enqueue(Span<int> symbols, int[] following, int at)
        {
            (int left, int right) = (symbols[at], symbols[following[at]]);
            if (merges.TryGetValue(Key(left, right), out Merge merge))
            {
                queue.Enqueue((at, left, right, merge), (merge.Rank, at));
            }
        }
    }

    private static int Compact(Span<int> ids, Span<int> ends, int[] next)
    {
        int count = 0;
        for (int i = 0; i < ids.Length; i = next[i])
        {
            ids[count] = ids[i];
            if (!ends.IsEmpty)
            {
                ends[count] = next[i];
            }
            count++;
        }
        return count;
    }

    private static long Key(int left, int right) => ((long)left << 32) | (uint)right;

    private static int Find(IReadOnlyDictionary<string, int> vocabulary, string token, string what) =>
        vocabulary.TryGetValue(token, out int id)
            ? id
            : throw new InvalidOperationException($"{what}, '{token}', is not in the vocabulary.");

    private readonly record struct Merge(int Rank, int Product)
    {
        public static Merge None { get; } = new(int.MaxValue, -1);
    }
}
