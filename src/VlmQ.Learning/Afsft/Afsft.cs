using System.Runtime.InteropServices;
using VlmQ.Core.Tokens;
using VlmQ.Models;
using VlmQ.Models.Kernels;
using static TorchSharp.torch;

namespace VlmQ.Learning;

/// <summary>
/// Advantage-filtered supervised fine-tuning as one pure function, in the symbols of design §7. N runs over the reply tokens of all
/// trained rows, packed as <see cref="ReplyLayout"/> says; K over the critics.
/// </summary>
public static class Afsft
{
    /// <summary>The losses of one batch.</summary>
    /// <param name="batch">Rewards, ends and links between turns.</param>
    /// <param name="layout">How the tokens are packed.</param>
    /// <param name="tokens">What the models say of the tokens taken.</param>
    /// <param name="predictions">What the critics predict for the tokens taken, with gradient: <c>[K, N]</c>, or logits <c>[K, N,
    /// bins]</c>.</param>
    /// <param name="support">The bins of classifying critics; null otherwise.</param>
    /// <param name="bootstrapValues">V̄ of the rows that are only bootstrapped from.</param>
    /// <param name="options">The choices.</param>
    /// <param name="floor">The least weight of a token, 0–1: see <see cref="AfsftOptions.FilterFloorAt"/>.</param>
    public static AfsftLosses Losses(
        TurnBatch batch,
        ReplyLayout layout,
        TokenStatistics tokens,
        Tensor predictions,
        CriticSupport? support,
        ReadOnlySpan<float> bootstrapValues,
        AfsftOptions options,
        double floor
    )
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentNullException.ThrowIfNull(tokens);
        ArgumentNullException.ThrowIfNull(options);

        // y = r + γ·(1 − terminated)·V̄(s′), no gradient.
        float[] y = TokenTargets.Compute(
            batch,
            layout,
            options,
            stateValues: Numbers(tokens.StateValue),
            actionValues: Numbers(tokens.TargetActionValue),
            logProbabilities: Numbers(tokens.LogProbability),
            bootstrapValues
        );

        // A(s,a) = Q(s,a) − Σ_b π(b|s)·Q(s,b), from the mean of the critics, no gradient.
        float[] A = Numbers(tokens.MeanActionValue);
        float[] V = Numbers(tokens.MeanStateValue);
        float[] f = new float[A.Length];
        int kept = 0;
        for (int i = 0; i < A.Length; i++)
        {
            A[i] -= V[i];
            f[i] = options.Filter.Weight(A[i]);
            kept += f[i] > 0 ? 1 : 0;
            f[i] = Math.Max(f[i], (float)floor);
        }

        // actor = mean of −max(f(A), floor)·log π(a|s); critic = mean of ℓ(Qₖ(s,a), y); one loss, one backward pass.
        Tensor actor = -(tensor(f, device: tokens.LogProbability.device) * tokens.LogProbability).mean();
        Tensor critic = options.CriticLoss.Of(predictions, y, support).mean();
        Tensor total = actor + (options.CriticWeight * critic);
        return new AfsftLosses(total, actor, critic, y, A, f, kept / (double)f.Length);
    }

    /// <summary>Supervised fine-tuning: mean of −log π(a|s).</summary>
    /// <param name="logits"><c>[N, V]</c>.</param>
    /// <param name="actions">The tokens taken, <c>[N]</c> int64.</param>
    public static Tensor SupervisedLoss(Tensor logits, Tensor actions) => nn.functional.cross_entropy(logits, actions);

    private static float[] Numbers(Tensor values)
    {
        using Tensor detached = values.detach();
        using Tensor local = detached.to(ScalarType.Float32, CPU);
        using Tensor packed = local.contiguous();
        return MemoryMarshal.Cast<byte, float>(packed.bytes).ToArray();
    }
}
