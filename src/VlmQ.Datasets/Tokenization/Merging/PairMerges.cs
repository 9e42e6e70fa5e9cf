using System.Buffers;

namespace VlmQ.Datasets.Tokenization.Merging;

/// <summary>
/// Which adjacent pairs of symbols merge, in what order and into what. The pair of the lowest rank merges first, the leftmost among equals.
/// Symbols are numbers; one below zero never merges. Safe from several threads once it is filled.
/// </summary>
internal sealed class PairMerges
{
    private const int None = int.MaxValue;
    private const int FewSymbols = 32;

    private readonly Dictionary<ulong, Merge> _merges = [];

    /// <summary>Says what a pair becomes; of two sayings the later holds.</summary>
    /// <param name="left">Left symbol, at least 0.</param>
    /// <param name="right">Right symbol, at least 0.</param>
    /// <param name="rank">At least 0 and below 2³¹ − 1.</param>
    /// <param name="product">The symbol that takes their place.</param>
    public void Set(int left, int right, int rank, int product) => _merges[Key(left, right)] = new Merge(rank, product);

    /// <summary>Merges symbols in place; n log n in their number.</summary>
    /// <returns>How many remain, at the front.</returns>
    public int Apply(Span<int> symbols) =>
        symbols.Length < 2 ? symbols.Length
        : symbols.Length <= FewSymbols ? ApplyToFew(symbols)
        : ApplyToMany(symbols);

    private static ulong Key(int left, int right) => ((ulong)(uint)left << 32) | (uint)right;

    private Merge Of(int left, int right) =>
        left >= 0 && right >= 0 && _merges.TryGetValue(Key(left, right), out Merge merge) ? merge : new Merge(None, -1);

    /// <summary>Looks through the pairs for the lowest rank each time: the fastest way for a word.</summary>
    private int ApplyToFew(Span<int> symbols)
    {
        int count = symbols.Length;
        Span<Merge> pairs = stackalloc Merge[FewSymbols];
        for (int i = 0; i + 1 < count; i++)
        {
            pairs[i] = Of(symbols[i], symbols[i + 1]);
        }
        while (count > 1)
        {
            int at = 0;
            for (int i = 1; i + 1 < count; i++)
            {
                at = pairs[i].Rank < pairs[at].Rank ? i : at;
            }
            if (pairs[at].Rank == None)
            {
                break;
            }
            symbols[at] = pairs[at].Product;
            symbols[(at + 2)..count].CopyTo(symbols[(at + 1)..]);
            pairs[(at + 1)..(count - 1)].CopyTo(pairs[at..]);
            count--;
            if (at > 0)
            {
                pairs[at - 1] = Of(symbols[at - 1], symbols[at]);
            }
            if (at + 1 < count)
            {
                pairs[at] = Of(symbols[at], symbols[at + 1]);
            }
        }
        return count;
    }

    private int ApplyToMany(Span<int> symbols)
    {
        int length = symbols.Length;
        int[] next = ArrayPool<int>.Shared.Rent(length);
        int[] previous = ArrayPool<int>.Shared.Rent(length);
        Merge[] pairs = ArrayPool<Merge>.Shared.Rent(length);
        using var list = new Linked(symbols, next, previous, pairs, this);
        int count = list.MergeAll();
        ArrayPool<int>.Shared.Return(next);
        ArrayPool<int>.Shared.Return(previous);
        ArrayPool<Merge>.Shared.Return(pairs);
        return count;
    }

    private readonly record struct Merge(int Rank, int Product);

    /// <summary>The symbols as a linked list, and the pairs among them in a queue.</summary>
    private ref struct Linked : IDisposable
    {
        private readonly Span<int> _symbols;
        private readonly int[] _next;
        private readonly int[] _previous;
        private readonly Merge[] _pairs;
        private readonly PairMerges _merges;
        private PairQueue _queue;

        public Linked(Span<int> symbols, int[] next, int[] previous, Merge[] pairs, PairMerges merges)
        {
            _symbols = symbols;
            (_next, _previous, _pairs, _merges) = (next, previous, pairs, merges);
            _queue = new PairQueue(symbols.Length);
            for (int i = 0; i < symbols.Length; i++)
            {
                (_previous[i], _next[i]) = (i - 1, i + 1);
                _pairs[i] = i + 1 < symbols.Length ? merges.Of(symbols[i], symbols[i + 1]) : new Merge(None, -1);
                if (_pairs[i].Rank != None)
                {
                    _queue.Append(_pairs[i].Rank, i);
                }
            }
            _queue.Order();
        }

        public readonly void Dispose() => _queue.Dispose();

        public int MergeAll()
        {
            while (_queue.TryTake(out int rank, out int at))
            {
                // A pair whose symbols were merged away meanwhile has another rank, or none.
                if (_pairs[at].Rank != rank)
                {
                    continue;
                }
                int right = _next[at];
                _symbols[at] = _pairs[at].Product;
                _pairs[right] = new Merge(None, -1);
                _next[at] = _next[right];
                if (_next[at] < _symbols.Length)
                {
                    _previous[_next[at]] = at;
                }
                Look(at);
                if (_previous[at] >= 0)
                {
                    Look(_previous[at]);
                }
            }
            int count = 0;
            for (int i = 0; i < _symbols.Length; i = _next[i])
            {
                _symbols[count++] = _symbols[i];
            }
            return count;
        }

        private void Look(int at)
        {
            int right = _next[at];
            _pairs[at] = right < _symbols.Length ? _merges.Of(_symbols[at], _symbols[right]) : new Merge(None, -1);
            if (_pairs[at].Rank != None)
            {
                _queue.Add(_pairs[at].Rank, at);
            }
        }
    }
}
