using TorchSharp;
using VlmQ.Models.Kernels;
using static TorchSharp.torch;

namespace VlmQ.Models;

/// <summary>
/// The rows of the critics' output weights that belong to the tokens taken, one a position: what Qₖ(s,a) needs of a large vocabulary,
/// and all of it that its gradient reaches. In the shape comments n is positions, h the heads' inner width.
/// </summary>
public sealed class TakenTokens : IDisposable
{
    private readonly HeadWeights[] _heads;
    private readonly Tensor _tokens;
    private readonly (Tensor Weight, Tensor Bias)[] _rows;
    private readonly CriticSupport? _support;

    internal TakenTokens(HeadWeights[] heads, Tensor tokens, CriticSupport? support)
    {
        _heads = heads;
        _tokens = tokens;
        _support = support;
        using DisposeScope scope = NewDisposeScope();
        _rows = Array.ConvertAll(heads, head => (Leaf(head.OutputWeight), Leaf(head.OutputBias)));
    }

    /// <summary>Values <c>[K, m]</c>, or logits <c>[K, m, bins]</c> of classifying critics, of some of the positions; differentiable.</summary>
    /// <param name="hidden">The hidden states of these positions, <c>[m, d]</c>.</param>
    /// <param name="first">The first of them.</param>
    /// <param name="kernels">How products are computed.</param>
    /// <param name="precision">Their precision.</param>
    public Tensor Predictions(Tensor hidden, long first, IKernels kernels, Precision precision)
    {
        ArgumentNullException.ThrowIfNull(hidden);
        ArgumentNullException.ThrowIfNull(kernels);
        using DisposeScope scope = NewDisposeScope();
        long count = hidden.shape[0];
        Tensor[] predictions = new Tensor[_heads.Length];
        for (int k = 0; k < predictions.Length; k++)
        {
            Tensor inner = kernels
                .Linear(hidden, _heads[k].InnerWeight, _heads[k].InnerBias, precision)
                .gelu(TorchSharp.Modules.GELU.Approximate.tanh); // [m, h]
            Tensor rows = _rows[k].Weight.narrow(0, first, count); // [m, bins, h]
            Tensor product = (Rounded(inner, precision).unsqueeze(1) * Rounded(rows, precision)).sum(-1); // [m, bins]
            predictions[k] = product + _rows[k].Bias.narrow(0, first, count);
        }
        Tensor all = stack(predictions); // [K, m, bins]
        return (_support is null ? all.squeeze(-1) : all).MoveToOuterDisposeScope();
    }

    /// <summary>Adds what the predictions' backward passes left in the rows to the gradients of the heads' weights.</summary>
    public void AddGradients()
    {
        using IDisposable noGradient = no_grad();
        using DisposeScope scope = NewDisposeScope();
        for (int k = 0; k < _heads.Length; k++)
        {
            AddGradient(_heads[k].OutputWeight, _rows[k].Weight);
            AddGradient(_heads[k].OutputBias, _rows[k].Bias);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach ((Tensor weight, Tensor bias) in _rows)
        {
            weight.Dispose();
            bias.Dispose();
        }
    }

    private Tensor Leaf(Tensor parameter)
    {
        Tensor rows = parameter.detach().view([parameter.shape[0] / Bins, Bins, .. parameter.shape[1..]]).index_select(0, _tokens);
        return rows.requires_grad_().DetachFromDisposeScope();
    }

    private int Bins => _support?.Bins ?? 1;

    private void AddGradient(Tensor parameter, Tensor rows)
    {
        if (rows.grad is not { } gradient)
        {
            return;
        }
        if (parameter.grad is null)
        {
            parameter.grad = zeros_like(parameter);
        }
        Tensor whole = parameter.grad!.view([parameter.shape[0] / Bins, Bins, .. parameter.shape[1..]]);
        whole.index_add_(0, _tokens, gradient, 1);
    }

    private static Tensor Rounded(Tensor factor, Precision precision) =>
        precision == Precision.Full ? factor : factor.to(ScalarType.BFloat16).to(factor.dtype);
}
