using static TorchSharp.torch;

namespace VlmQ.Models.Layers;

/// <summary>
/// Which keys each query may see. Columns of a row are counted from 0; a row's sequence begins at its start column, what lies before it
/// is padding. A query at column q sees a key at column k when k ≥ start and k ≤ q, or both lie among the first columns of the sequence
/// that see each other in both directions (its prefix); with a window only when q − k ≤ window.
/// </summary>
public sealed class AttentionMask : IDisposable
{
    private readonly Func<Tensor?> _build;
    private Tensor? _additive;
    private bool _isBuilt;

    private AttentionMask(Func<Tensor?> build, bool causal, IReadOnlyList<int>? prefixes)
    {
        _build = build;
        IsCausal = causal;
        Prefixes = prefixes;
    }

    /// <summary>Every query sees every key.</summary>
    public static AttentionMask None { get; } = new(() => null, false, null);

    /// <summary>What is added to the scores, 0 or −∞, <c>[rows or 1, 1, queries, keys]</c> float32; null when nothing is.</summary>
    public Tensor? Additive
    {
        get
        {
            if (!_isBuilt)
            {
                _additive = _build()?.DetachFromDisposeScope();
                _isBuilt = true;
            }
            return _additive;
        }
    }

    /// <summary>
    /// <c>[rows]</c>: where nothing but prefixes and places decides, how many first keys every query of a row sees besides those up to its
    /// own place. Null where padding or a window has a say, or <see cref="Additive"/> is null.
    /// </summary>
    public IReadOnlyList<int>? Prefixes { get; }

    /// <summary>True when queries and keys are the same columns and each sees itself and those before it, no more and no less.</summary>
    public bool IsCausal { get; }

    /// <summary>The mask of queries that all see the same keys of their row, whatever their place.</summary>
    /// <param name="seen"><c>[rows, keys]</c>: whether a key is seen; at least one of each row.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="device">Where the mask is needed.</param>
    public static AttentionMask OfKeys(ReadOnlySpan<bool> seen, int rows, Device device)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
        if (!seen.Contains(false))
        {
            return None;
        }
        float[] mask = new float[seen.Length];
        for (int i = 0; i < mask.Length; i++)
        {
            mask[i] = seen[i] ? 0 : float.NegativeInfinity;
        }
        Tensor additive = tensor(mask, [rows, 1, 1, seen.Length / rows], device: device);
        return new AttentionMask(() => additive, false, null);
    }

    /// <summary>The mask of queries at the columns from <paramref name="firstQuery"/> on, over keys at the columns from 0 on.</summary>
    /// <param name="starts"><c>[rows]</c>: the column where each sequence begins.</param>
    /// <param name="prefixes"><c>[rows]</c>: how many first columns of each sequence see each other; 0 or 1: purely causal.</param>
    /// <param name="firstQuery">Column of the first query.</param>
    /// <param name="queries">How many queries.</param>
    /// <param name="window">Largest distance between a query and a key that it sees; null: any.</param>
    /// <param name="device">Where the mask is needed.</param>
    public static AttentionMask Of(
        ReadOnlySpan<int> starts,
        ReadOnlySpan<int> prefixes,
        int firstQuery,
        int queries,
        int? window,
        Device device
    )
    {
        ArgumentOutOfRangeException.ThrowIfZero(starts.Length, nameof(starts));
        ArgumentOutOfRangeException.ThrowIfNotEqual(prefixes.Length, starts.Length, nameof(prefixes));
        int keys = firstQuery + queries;
        bool unlimited = window is null || window >= keys - 1;
        bool causal = unlimited;
        bool unpadded = true;
        for (int row = 0; row < starts.Length; row++)
        {
            unpadded &= starts[row] == 0;
            causal &= starts[row] == 0 && prefixes[row] <= firstQuery + 1;
        }
        if (causal && queries == 1)
        {
            return None;
        }
        int[] first = starts.ToArray();
        int[] shared = prefixes.ToArray();
        return new AttentionMask(
            () => Build(first, shared, firstQuery, queries, window, device),
            causal && firstQuery == 0,
            unlimited && unpadded ? [.. shared.Select(prefix => Math.Min(prefix, keys))] : null
        )
        {
            OfLast = last => Of(first, shared, keys - (int)last, (int)last, window, device),
        };
    }

    /// <summary>The mask of the last queries alone, given how many.</summary>
    public Func<long, AttentionMask> OfLast { get; private init; } = _ => None;

    /// <inheritdoc/>
    public void Dispose() => _additive?.Dispose();

    private static Tensor Build(int[] starts, int[] prefixes, int firstQuery, int queries, int? window, Device device)
    {
        int keys = firstQuery + queries;
        bool same = Array.TrueForAll(starts, start => start == starts[0]) && Array.TrueForAll(prefixes, prefix => prefix == prefixes[0]);
        int rows = same ? 1 : starts.Length;
        float[] mask = new float[(long)rows * queries * keys];
        for (int row = 0; row < rows; row++)
        {
            for (int query = 0; query < queries; query++)
            {
                Row(mask.AsSpan(((row * queries) + query) * keys, keys), firstQuery + query, starts[row], prefixes[row], window);
            }
        }
        return tensor(mask, [rows, 1, queries, keys], device: device);
    }

    private static void Row(Span<float> keys, int query, int start, int prefix, int? window)
    {
        int first = window is { } width ? Math.Max(start, query - width) : start;
        int end = query >= start && query - start < prefix ? Math.Min(start + prefix, keys.Length) : query + 1;
        // Padding sees itself: a softmax over nothing is not a number, and would spoil what is multiplied by zero.
        first = Math.Min(first, query);
        keys[..first].Fill(float.NegativeInfinity);
        keys[Math.Max(end, query + 1)..].Fill(float.NegativeInfinity);
    }
}
