using static TorchSharp.torch;

namespace VlmQ.Models.Kernels;

/// <summary>
/// The kernels in native code, for float32 tensors in main memory, and for their products with weights of 16 bits, which are widened as
/// they are read, piece by piece; anything else goes to <see cref="PlainKernels"/>, call by call.
/// Matrix products run on AVX-512, AVX2 or baseline vectors, whichever the processor has. Differences from the plain kernels are those
/// of the order of sums and of GELU, whose relative error here is at most 5·2⁻²⁴ for |x| ≤ 1 and 40·2⁻²⁴ for |x| ≤ 5 (measured against
/// float64 over 25 million values); with <see cref="Precision.BFloat16"/> the factors are rounded as there, and products stay in float32.
/// </summary>
public sealed class FusedKernels : IKernels
{
    private readonly NativeKernels _native;
    private readonly PlainKernels _plain = new();

    private FusedKernels(NativeKernels native) => _native = native;

    /// <inheritdoc/>
    public string Name => "fused";

    /// <summary>True: a tile of a product sums over its depth in one order, however many rows it has.</summary>
    public bool RowsAreIndependent => true;

    /// <summary>The fused kernels, or null where the native library does not have them.</summary>
    public static FusedKernels? TryLoad() => NativeKernels.Loaded is { } native ? new FusedKernels(native) : null;

    /// <inheritdoc/>
    public Tensor Block(Tensor hidden, BlockWeights weights, int heads, Precision precision = Precision.Full, long? tail = null)
    {
        ArgumentNullException.ThrowIfNull(hidden);
        ArgumentNullException.ThrowIfNull(weights);
        nint[] inputs =
        [
            hidden.Handle,
            weights.Norm1Weight.Handle,
            weights.Norm1Bias.Handle,
            weights.QkvWeight.Handle,
            weights.QkvBias.Handle,
            weights.ProjectionWeight.Handle,
            weights.ProjectionBias.Handle,
            weights.Norm2Weight.Handle,
            weights.Norm2Bias.Handle,
            weights.ExpandWeight.Handle,
            weights.ExpandBias.Handle,
            weights.ContractWeight.Handle,
            weights.ContractBias.Handle,
        ];
        Tensor result = empty(0);
        bool done = Done(_native.Block(inputs, heads, tail ?? hidden.shape[1], Rounds(precision), result.Handle), result);
        GC.KeepAlive(hidden);
        GC.KeepAlive(weights);
        return done ? result : _plain.Block(hidden, weights, heads, precision, tail);
    }

    /// <inheritdoc/>
    public Tensor Attention(Tensor queries, Tensor keys, Tensor values, IReadOnlyList<int> prefixes)
    {
        ArgumentNullException.ThrowIfNull(queries);
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(prefixes);
        ArgumentOutOfRangeException.ThrowIfNotEqual(prefixes.Count, queries.shape[0], nameof(prefixes));
        Tensor result = empty(0);
        long[] first = [.. prefixes.Select(prefix => (long)prefix)];
        bool done = Done(_native.Attention(queries.Handle, keys.Handle, values.Handle, first, result.Handle), result);
        KeepAlive(queries, keys, values);
        return done ? result : _plain.Attention(queries, keys, values, prefixes);
    }

    /// <inheritdoc/>
    public Tensor PatchEmbedding(Tensor patches, Tensor weight, Tensor bias, Precision precision = Precision.Full)
    {
        ArgumentNullException.ThrowIfNull(patches);
        ArgumentNullException.ThrowIfNull(weight);
        ArgumentNullException.ThrowIfNull(bias);
        Tensor result = empty(0);
        bool done = Done(_native.NormedLinear(patches.Handle, weight.Handle, bias.Handle, 1e-2, Rounds(precision), result.Handle), result);
        KeepAlive(patches, weight, bias);
        return done ? result : _plain.PatchEmbedding(patches, weight, bias, precision);
    }

    /// <inheritdoc/>
    public Tensor LayerNorm(Tensor hidden, Tensor weight, Tensor bias)
    {
        ArgumentNullException.ThrowIfNull(hidden);
        ArgumentNullException.ThrowIfNull(weight);
        ArgumentNullException.ThrowIfNull(bias);
        Tensor result = empty(0);
        bool done = Done(_native.LayerNorm(hidden.Handle, weight.Handle, bias.Handle, 1e-5, result.Handle), result);
        KeepAlive(hidden, weight, bias);
        return done ? result : _plain.LayerNorm(hidden, weight, bias);
    }

    /// <inheritdoc/>
    public Tensor Linear(Tensor hidden, Tensor weight, Tensor? bias = null, Precision precision = Precision.Full)
    {
        ArgumentNullException.ThrowIfNull(hidden);
        ArgumentNullException.ThrowIfNull(weight);
        Tensor result = empty(0);
        NativeKernels.LinearFunction linear = weight.dtype is ScalarType.BFloat16 or ScalarType.Float16
            ? _native.HalfLinear
            : _native.Linear;
        bool done = Done(linear(hidden.Handle, weight.Handle, bias?.Handle ?? 0, Rounds(precision), result.Handle), result);
        KeepAlive(hidden, weight, bias);
        return done ? result : _plain.Linear(hidden, weight, bias, precision);
    }

    /// <inheritdoc/>
    public Tensor? NextAttention(NextColumn column)
    {
        ArgumentNullException.ThrowIfNull(column);
        ArgumentOutOfRangeException.ThrowIfNotEqual(column.First.Count, column.Projected.shape[0], nameof(column));
        Tensor result = empty(0);
        long[] first = [.. column.First.Select(place => (long)place)];
        bool done = Done(
            _native.NextAttention(
                column.Projected.Handle,
                column.Cosines.Handle,
                column.Sines.Handle,
                column.Keys.Handle,
                column.Values.Handle,
                first,
                column.Filled,
                result.Handle
            ),
            result
        );
        GC.KeepAlive(column);
        return done ? result : null;
    }

    /// <inheritdoc/>
    public Tensor CriticHeads(Tensor hidden, IReadOnlyList<HeadWeights> heads, Precision precision = Precision.Full)
    {
        ArgumentNullException.ThrowIfNull(hidden);
        ArgumentNullException.ThrowIfNull(heads);
        ArgumentOutOfRangeException.ThrowIfZero(heads.Count, nameof(heads));
        var parameters = new nint[4 * heads.Count];
        for (int k = 0; k < heads.Count; k++)
        {
            parameters[4 * k] = heads[k].InnerWeight.Handle;
            parameters[(4 * k) + 1] = heads[k].InnerBias.Handle;
            parameters[(4 * k) + 2] = heads[k].OutputWeight.Handle;
            parameters[(4 * k) + 3] = heads[k].OutputBias.Handle;
        }
        Tensor result = empty(0);
        bool done = Done(_native.Heads(hidden.Handle, parameters, heads.Count, Rounds(precision), result.Handle), result);
        GC.KeepAlive(hidden);
        GC.KeepAlive(heads);
        return done ? result : _plain.CriticHeads(hidden, heads, precision);
    }

    /// <inheritdoc/>
    public TokenStatistics TokenStatistics(
        Tensor logits,
        Tensor actions,
        Tensor onlineValues,
        Tensor targetValues,
        double minimumProbability = 0
    )
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(actions);
        ArgumentNullException.ThrowIfNull(onlineValues);
        ArgumentNullException.ThrowIfNull(targetValues);
        var results = new Tensor[7];
        for (int i = 0; i < results.Length; i++)
        {
            results[i] = empty(0);
        }
        nint[] handles = Array.ConvertAll(results, result => result.Handle);
        bool done = Done(
            _native.TokenStatistics(logits.Handle, actions.Handle, onlineValues.Handle, targetValues.Handle, minimumProbability, handles),
            results
        );
        KeepAlive(logits, actions, onlineValues);
        GC.KeepAlive(targetValues);
        return done
            ? new TokenStatistics(results[0], results[1], results[2], results[3], results[4], results[5], results[6])
            : _plain.TokenStatistics(logits, actions, onlineValues, targetValues, minimumProbability);
    }

    /// <inheritdoc/>
    public Tensor StateValue(Tensor logits, Tensor targetValues, double minimumProbability = 0)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(targetValues);
        Tensor result = empty(0);
        bool done = Done(_native.StateValue(logits.Handle, targetValues.Handle, minimumProbability, result.Handle), result);
        KeepAlive(logits, targetValues, null);
        return done ? result : _plain.StateValue(logits, targetValues, minimumProbability);
    }

    /// <inheritdoc/>
    public void MovingAverage(IReadOnlyList<Tensor> targets, IReadOnlyList<Tensor> sources, double rate)
    {
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentOutOfRangeException.ThrowIfNotEqual(sources.Count, targets.Count, nameof(sources));
        bool done = _native.Done(
            _native.MoveAverage([.. targets.Select(t => t.Handle)], [.. sources.Select(t => t.Handle)], targets.Count, rate)
        );
        GC.KeepAlive(targets);
        GC.KeepAlive(sources);
        if (!done)
        {
            _plain.MovingAverage(targets, sources, rate);
        }
    }

    private static int Rounds(Precision precision) => precision == Precision.BFloat16 ? 1 : 0;

    // Only their handles crossed into native code: the collector must not end the tensors before it is back.
    private static void KeepAlive(Tensor first, Tensor second, Tensor? third)
    {
        GC.KeepAlive(first);
        GC.KeepAlive(second);
        GC.KeepAlive(third);
    }

    // Results that the native side did not fill are of no use to anyone.
    private bool Done(int status, params Tensor[] results)
    {
        if (status != 0)
        {
            foreach (Tensor result in results)
            {
                result.Dispose();
            }
        }
        return _native.Done(status);
    }
}
