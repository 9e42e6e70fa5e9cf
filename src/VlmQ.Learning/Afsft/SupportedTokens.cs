using VlmQ.Models;
using VlmQ.Models.Kernels;
using static TorchSharp.torch;

namespace VlmQ.Learning;

/// <summary>Keeps expectations to the tokens that the data show (<see cref="AfsftOptions.SupportThreshold"/>).</summary>
internal static class SupportedTokens
{
    // Far below every logit, and finite: a softmax over it stays free of NaN.
    private const float Excluded = -1e9f;

    /// <summary>The policy's logits with unsupported tokens excluded; no gradient.</summary>
    /// <param name="logits">Logits of π, <c>[N, V]</c>.</param>
    /// <param name="behavior">Logits of μ, <c>[N, V]</c>.</param>
    /// <param name="threshold">Least share of the most probable token's μ, in (0, 1].</param>
    public static Tensor Restrict(Tensor logits, Tensor behavior, double threshold)
    {
        using IDisposable noGradient = no_grad();
        Tensor least = behavior.amax([-1], keepdim: true) + Math.Log(threshold);
        return logits.detach().masked_fill(behavior.lt(least), Excluded);
    }

    /// <summary>Statistics whose expectations over π run over supported tokens alone.</summary>
    public static TokenStatistics Restrict(
        TokenStatistics tokens,
        Tensor logits,
        Tensor behavior,
        Tensor values,
        Tensor target,
        AfsftOptions options,
        IKernels kernels
    )
    {
        using IDisposable noGradient = no_grad();
        Tensor restricted = Restrict(logits, behavior, options.SupportThreshold);
        return tokens with
        {
            StateValue = kernels.StateValue(restricted, target, options.MinimumProbability),
            MeanStateValue = kernels.StateValue(restricted, values.detach().mean([0L], keepdim: true), options.MinimumProbability),
        };
    }
}
