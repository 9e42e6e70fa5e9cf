using static TorchSharp.torch;

namespace VlmQ.Models.Layers;

/// <summary>
/// Which keys each query may see. Columns of a row are counted from 0; a row's sequence begins at its start column, what lies before it
/// is padding. A query at column q sees a key at column k when k ≥ start and k ≤ q, or both lie among the first columns of the sequence
/// that see each other in both directions (its prefix); with a window only when q − k ≤ window.
/// </summary>
public sealed class AttentionMask : IDisposable
{
    private AttentionMask(Tensor? additive, bool causal)
    {
        Additive = additive;
        IsCausal = causal;
    }

    /// <summary>Every query sees every key.</summary>
    public static AttentionMask None { get; } = new(null, false);

    /// <summary>What is added to the scores, 0 or −∞, <c>[rows or 1, 1, queries, keys]</c> float32; null when nothing is.</summary>
    public Tensor? Additive { get; }

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
            return new AttentionMask(null, false);
        }
        float[] mask = new float[seen.Length];
        for (int i = 0; i < mask.Length; i++)
        {
            mask[i] = seen[i] ? 0 : float.NegativeInfinity;
        }
        return new AttentionMask(tensor(mask, [rows, 1, 1, seen.Length / rows], device: device), false);
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
        bool causal = window is null || window >= keys - 1;
        bool same = true;
        for (int row = 0; row < starts.Length; row++)
        {
            causal &= starts[row] == 0 && prefixes[row] <= firstQuery + 1;
            same &= starts[row] == starts[0] && prefixes[row] == prefixes[0];
        }
        if (causal && queries == 1)
        {
            return new AttentionMask(null, false);
        }
        int rows = same ? 1 : starts.Length;
        float[] mask = new float[(long)rows * queries * keys];
        for (int row = 0; row < rows; row++)
        {
            for (int query = 0; query < queries; query++)
            {
                Row(mask.AsSpan(((row * queries) + query) * keys, keys), firstQuery + query, starts[row], prefixes[row], window);
            }
        }
        return new AttentionMask(tensor(mask, [rows, 1, queries, keys], device: device), causal && firstQuery == 0);
    }

    /// <summary>The mask of the last queries alone.</summary>
    /// <param name="queries">How many.</param>
    public AttentionMask OfLast(long queries) =>
        new(Additive is null ? null : Additive.narrow(2, Additive.shape[2] - queries, queries), false);

    /// <inheritdoc/>
    public void Dispose() => Additive?.Dispose();

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
