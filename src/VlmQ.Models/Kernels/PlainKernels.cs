using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace VlmQ.Models.Kernels;

/// <summary>The kernels in TorchSharp's own operations, for any device and floating-point type: what each one means.</summary>
public sealed class PlainKernels : IKernels
{
    /// <inheritdoc/>
    public string Name => "plain";

    /// <summary>False: a BLAS may take another way through a product of one row than of many.</summary>
    public bool RowsAreIndependent => false;

    /// <inheritdoc/>
    public Tensor Block(Tensor hidden, BlockWeights weights, int heads, Precision precision = Precision.Full, long? tail = null)
    {
        ArgumentNullException.ThrowIfNull(hidden);
        ArgumentNullException.ThrowIfNull(weights);
        long length = hidden.shape[1];
        long last = tail ?? length;
        ArgumentOutOfRangeException.ThrowIfNotEqual(hidden.shape[2] % heads, 0, nameof(heads));
        ArgumentOutOfRangeException.ThrowIfLessThan(last, 1, nameof(tail));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(last, length, nameof(tail));
        using var scope = NewDisposeScope();
        Tensor normed = LayerNorm(hidden, weights.Norm1Weight, weights.Norm1Bias);
        Tensor qkv = Linear(normed, weights.QkvWeight, weights.QkvBias, precision);
        Tensor attended = Attention(qkv, heads, last, precision); // [B, tail, d]
        Tensor middle =
            hidden.narrow(1, length - last, last) + Linear(attended, weights.ProjectionWeight, weights.ProjectionBias, precision);
        normed = LayerNorm(middle, weights.Norm2Weight, weights.Norm2Bias);
        Tensor inner = Linear(normed, weights.ExpandWeight, weights.ExpandBias, precision).gelu(GELU.Approximate.tanh); // [B, tail, m]
        return (middle + Linear(inner, weights.ContractWeight, weights.ContractBias, precision)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor Attention(Tensor queries, Tensor keys, Tensor values, IReadOnlyList<int> prefixes)
    {
        ArgumentNullException.ThrowIfNull(queries);
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(prefixes);
        using var scope = NewDisposeScope();
        long length = queries.shape[2],
            seen = keys.shape[2];
        Tensor places = arange(seen - length, seen, device: queries.device).unsqueeze(1); // [n, 1]
        Tensor columns = arange(seen, device: queries.device); // [m]
        Tensor first = tensor(prefixes.Select(prefix => (long)prefix).ToArray(), device: queries.device).view(-1, 1, 1, 1);
        Tensor hidden = columns.gt(places).logical_and(columns.ge(first)); // [B, 1, n, m]
        Tensor scores = queries.matmul(keys.transpose(-1, -2)) / Math.Sqrt(queries.shape[3]);
        Tensor attended = scores.masked_fill(hidden, float.NegativeInfinity).softmax(-1).matmul(values); // [B, heads, n, width]
        return attended.transpose(1, 2).flatten(2).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor PatchEmbedding(Tensor patches, Tensor weight, Tensor bias, Precision precision = Precision.Full)
    {
        ArgumentNullException.ThrowIfNull(patches);
        using var normed = F.layer_norm(patches, [patches.shape[^1]], eps: 1e-2);
        return Linear(normed, weight, bias, precision);
    }

    /// <inheritdoc/>
    public Tensor LayerNorm(Tensor hidden, Tensor weight, Tensor bias)
    {
        ArgumentNullException.ThrowIfNull(hidden);
        return F.layer_norm(hidden, [hidden.shape[^1]], weight, bias);
    }

    /// <inheritdoc/>
    public Tensor Linear(Tensor hidden, Tensor weight, Tensor? bias = null, Precision precision = Precision.Full)
    {
        ArgumentNullException.ThrowIfNull(hidden);
        ArgumentNullException.ThrowIfNull(weight);
        if (precision == Precision.Full && weight.dtype == hidden.dtype)
        {
            return F.linear(hidden, weight, bias);
        }
        using var scope = NewDisposeScope();
        if (precision == Precision.Full)
        {
            return F.linear(hidden, weight.to(hidden.dtype), bias?.to(hidden.dtype)).MoveToOuterDisposeScope();
        }
        Tensor product = F.linear(hidden.to(ScalarType.BFloat16), weight.to(ScalarType.BFloat16)).to(hidden.dtype);
        return (bias is null ? product : product + bias).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor? NextAttention(NextColumn column) => null;

    /// <inheritdoc/>
    public Tensor CriticHeads(Tensor hidden, IReadOnlyList<HeadWeights> heads, Precision precision = Precision.Full)
    {
        ArgumentNullException.ThrowIfNull(heads);
        ArgumentOutOfRangeException.ThrowIfZero(heads.Count, nameof(heads));
        using var scope = NewDisposeScope();
        var outputs = new Tensor[heads.Count];
        for (int k = 0; k < outputs.Length; k++)
        {
            Tensor inner = Linear(hidden, heads[k].InnerWeight, heads[k].InnerBias, precision).gelu(GELU.Approximate.tanh);
            outputs[k] = Linear(inner, heads[k].OutputWeight, heads[k].OutputBias, precision);
        }
        return stack(outputs).MoveToOuterDisposeScope();
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
        using var scope = NewDisposeScope();
        Tensor logPolicy = logits.log_softmax(-1); // [N, V]
        Tensor taken = logPolicy.gather(-1, actions.unsqueeze(-1)).squeeze(-1);
        Tensor actionValues = OfActions(onlineValues, actions);
        using var constant = no_grad();
        Tensor policy = logPolicy.exp();
        Tensor weights = Support(policy, minimumProbability);
        Tensor targets = targetValues.amin([0]); // [N, V]
        return new TokenStatistics(
            taken.MoveToOuterDisposeScope(),
            actionValues.MoveToOuterDisposeScope(),
            (-(policy * logPolicy).sum(-1)).MoveToOuterDisposeScope(),
            (weights * targets).sum(-1).MoveToOuterDisposeScope(),
            targets.gather(-1, actions.unsqueeze(-1)).squeeze(-1).MoveToOuterDisposeScope(),
            actionValues.mean([0]).MoveToOuterDisposeScope(),
            (weights * onlineValues.mean([0])).sum(-1).MoveToOuterDisposeScope()
        );
    }

    /// <inheritdoc/>
    public Tensor StateValue(Tensor logits, Tensor targetValues, double minimumProbability = 0)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(targetValues);
        using var scope = NewDisposeScope();
        using var constant = no_grad();
        Tensor weights = Support(logits.softmax(-1), minimumProbability);
        return (weights * targetValues.amin([0])).sum(-1).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void MovingAverage(IReadOnlyList<Tensor> targets, IReadOnlyList<Tensor> sources, double rate)
    {
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentOutOfRangeException.ThrowIfNotEqual(sources.Count, targets.Count, nameof(sources));
        using var scope = NewDisposeScope();
        using var constant = no_grad();
        for (int i = 0; i < targets.Count; i++)
        {
            targets[i].mul_(1 - rate).add_(sources[i] * rate);
        }
    }

    /// <summary>Causal attention of the last positions: qkv [B, T, 3d] → [B, tail, d].</summary>
    private static Tensor Attention(Tensor qkv, int heads, long tail, Precision precision)
    {
        long batch = qkv.shape[0],
            length = qkv.shape[1],
            width = qkv.shape[2] / 3;
        Tensor[] parts = qkv.view(batch, length, 3, heads, width / heads).permute(2, 0, 3, 1, 4).unbind(0); // each [B, H, T, d/H]
        Tensor query = Rounded(parts[0].narrow(2, length - tail, tail), precision);
        Tensor scores = query.matmul(Rounded(parts[1], precision).transpose(-1, -2)).to(qkv.dtype) / Math.Sqrt(width / heads); // [B, H, tail, T]
        Tensor future = ones(length, length, dtype: ScalarType.Bool, device: qkv.device).triu(1).narrow(0, length - tail, tail);
        Tensor probabilities = scores.masked_fill(future, float.NegativeInfinity).softmax(-1);
        Tensor attended = Rounded(probabilities, precision).matmul(Rounded(parts[2], precision)).to(qkv.dtype); // [B, H, tail, d/H]
        return attended.transpose(1, 2).reshape(batch, tail, width);
    }

    private static Tensor Rounded(Tensor factor, Precision precision) =>
        precision == Precision.Full ? factor : factor.to(ScalarType.BFloat16);

    /// <summary>π over the tokens that expectations run over, summing to one.</summary>
    private static Tensor Support(Tensor policy, double minimumProbability)
    {
        if (minimumProbability <= 0)
        {
            return policy;
        }
        Tensor threshold = (policy.amax([-1], keepdim: true) * 0.999).clamp(max: minimumProbability);
        Tensor kept = policy * policy.gt(threshold).to(policy.dtype);
        return kept / kept.sum(-1, keepdim: true);
    }

    /// <summary>values [K, N, V] at actions [N] → [K, N].</summary>
    private static Tensor OfActions(Tensor values, Tensor actions) =>
        values.gather(-1, actions.view(1, -1, 1).expand(values.shape[0], -1, 1)).squeeze(-1);
}
