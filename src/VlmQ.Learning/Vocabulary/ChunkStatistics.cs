using TorchSharp;
using VlmQ.Models;
using static TorchSharp.torch;

namespace VlmQ.Learning;

/// <summary>
/// What the losses need of the vocabulary at some reply positions, from critics that are asked only about the tokens that expectations
/// run over. In the shape comments n is positions, V the vocabulary, U the tokens asked about, K the critics.
/// </summary>
/// <param name="Entropy"><c>[n]</c>, −Σ π log π over the whole vocabulary.</param>
/// <param name="StateValue"><c>[n]</c>, Σₐ π(a|s)·minₖ Q̄ₖ(s,a) over the support.</param>
/// <param name="TargetActionValue"><c>[n]</c>, minₖ Q̄ₖ(s,a) of the token taken.</param>
/// <param name="MeanActionValue"><c>[n]</c>, the mean over k of Qₖ(s,a) of the token taken.</param>
/// <param name="MeanStateValue"><c>[n]</c>, Σₐ π(a|s)·meanₖ Qₖ(s,a) over the support.</param>
/// <param name="Omitted"><c>[n]</c>, the share of π over the support that lies outside the most probable tokens that are kept.</param>
internal sealed record ChunkStatistics(
    Tensor Entropy,
    Tensor StateValue,
    Tensor TargetActionValue,
    Tensor MeanActionValue,
    Tensor MeanStateValue,
    Tensor Omitted
)
{
    // Critics of a few tokens cost a gather of their weights; of more than a fourth of the vocabulary, all of them are cheaper.
    private const int DenseShare = 4;

    /// <summary>Computes them; no gradient.</summary>
    /// <param name="model">Its critics.</param>
    /// <param name="options">The support, and how many tokens are kept.</param>
    /// <param name="hidden"><c>[n, d]</c>.</param>
    /// <param name="logPolicy">log π, <c>[n, V]</c>.</param>
    /// <param name="supported">log π that expectations run over, where it is another one; null otherwise.</param>
    /// <param name="actions">The tokens taken, <c>[n]</c> int64; null where only states are asked about.</param>
    /// <param name="topTokens">How many of the most probable tokens are kept; 0: all.</param>
    public static ChunkStatistics Of(
        VisionLanguageModel model,
        AfsftOptions options,
        Tensor hidden,
        Tensor logPolicy,
        Tensor? supported,
        long[]? actions,
        int topTokens
    )
    {
        using IDisposable noGradient = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Tensor policy = logPolicy.exp(); // [n, V]
        Tensor entropy = -(policy * logPolicy).sum(-1);
        Tensor weights = supported is null ? policy : supported.exp(); // [n, V]
        weights = Kept(weights, options.MinimumProbability, topTokens, out Tensor omitted);
        Tensor? tokens = Asked(weights, actions); // [U]
        Tensor asked = tokens is null ? weights : weights.index_select(1, tokens); // [n, U]
        CriticEnsemble critics = model.Critics;
        Tensor online = critics.Values(critics.Online(hidden, model.Kernels, model.Precision, tokens)).mean([0L]); // [n, U]
        Tensor target = critics.Values(critics.Target(hidden, model.Kernels, model.Precision, tokens)).amin([0L]); // [n, U]
        Tensor? places = actions is null ? null : Places(tokens, actions, hidden.device); // [n, 1]
        return new ChunkStatistics(
            entropy.MoveToOuterDisposeScope(),
            (asked * target).sum(-1).MoveToOuterDisposeScope(),
            Taken(target, places).MoveToOuterDisposeScope(),
            Taken(online, places).MoveToOuterDisposeScope(),
            (asked * online).sum(-1).MoveToOuterDisposeScope(),
            omitted.MoveToOuterDisposeScope()
        );
    }

    // π over the tokens that expectations run over, summing to one: IKernels.TokenStatistics says which.
    private static Tensor Kept(Tensor policy, double minimumProbability, int topTokens, out Tensor omitted)
    {
        Tensor support = policy;
        if (minimumProbability > 0)
        {
            Tensor threshold = (policy.amax([-1L], keepdim: true) * 0.999).clamp(max: minimumProbability);
            support = policy * policy.gt(threshold).to(policy.dtype);
        }
        if (topTokens == 0 || topTokens >= policy.shape[1])
        {
            omitted = zeros([policy.shape[0]], dtype: policy.dtype, device: policy.device);
            return minimumProbability > 0 ? support / support.sum(-1, keepdim: true) : support;
        }
        (Tensor largest, _) = support.topk(topTokens); // [n, k]
        Tensor least = largest.narrow(1, topTokens - 1, 1); // [n, 1]
        Tensor kept = support * support.ge(least).to(policy.dtype);
        Tensor mass = kept.sum(-1, keepdim: true);
        omitted = (1 - (mass / support.sum(-1, keepdim: true))).squeeze(-1);
        return kept / mass;
    }

    // The tokens with weight at any position, and those taken; null when they are so many that all are asked about.
    private static Tensor? Asked(Tensor weights, long[]? actions)
    {
        Tensor largest = weights.amax([0L]); // [V]
        if (actions is not null)
        {
            largest.scatter_add_(
                0,
                tensor(actions, device: weights.device),
                ones(actions.Length, dtype: weights.dtype, device: weights.device)
            );
        }
        Tensor tokens = largest.gt(0).nonzero().squeeze(-1); // [U]
        return tokens.shape[0] * DenseShare > weights.shape[1] ? null : tokens;
    }

    private static Tensor Places(Tensor? tokens, long[] actions, Device device)
    {
        if (tokens is null)
        {
            return tensor(actions, [actions.Length, 1], device: device);
        }
        using Tensor local = tokens.cpu();
        long[] sorted = local.data<long>().ToArray();
        long[] places = Array.ConvertAll(actions, action => (long)Array.BinarySearch(sorted, action));
        return tensor(places, [places.Length, 1], device: device);
    }

    private static Tensor Taken(Tensor values, Tensor? places) =>
        places is null ? zeros([values.shape[0]], dtype: values.dtype, device: values.device) : values.gather(1, places).squeeze(-1);
}
