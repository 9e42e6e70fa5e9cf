using System.Runtime.InteropServices;
using TorchSharp;
using VlmQ.Core.Tokens;
using VlmQ.Models;
using VlmQ.Models.Layers;
using static TorchSharp.torch;

namespace VlmQ.Learning;

/// <summary>
/// The losses of a large vocabulary, some reply positions at a time: no array of [positions, vocabulary] is ever larger than a chunk's.
/// The language head is computed and differentiated chunk by chunk, from hidden states cut off the trunk; what their gradients add up to
/// goes through the trunk at the end, once. Critics are asked about the tokens that expectations run over and about those taken, which
/// are all that the losses and their gradients depend on. Up to the order of sums, the numbers are those of
/// <see cref="Afsft.Losses"/> on whole arrays.
/// </summary>
internal sealed class ChunkedHeads
{
    /// <summary>Vocabularies from here on are computed in chunks unless the options say otherwise.</summary>
    public const int LargeVocabulary = 16384;

    /// <summary>Positions of a chunk unless the options say otherwise.</summary>
    public const int UsualPositions = 64;

    // Positions at which the error of kept tokens is measured against all of them.
    private const int Samples = 8;

    private readonly VisionLanguageModel _model;
    private readonly AfsftOptions _options;
    private readonly int _positions;

    private ChunkedHeads(VisionLanguageModel model, AfsftOptions options, int positions)
    {
        _model = model;
        _options = options;
        _positions = positions;
    }

    /// <summary>The chunked losses where they are asked for, or fit; null where whole arrays are.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">The choices in the loss.</param>
    /// <param name="positions">Positions of a chunk; 0: whole arrays; null: by the model's vocabulary.</param>
    public static ChunkedHeads? For(VisionLanguageModel model, AfsftOptions options, int? positions)
    {
        int chosen = positions ?? (model.Vocabulary >= LargeVocabulary || options.TopTokens > 0 ? UsualPositions : 0);
        return chosen == 0 ? null : new ChunkedHeads(model, options, chosen);
    }

    /// <summary>V̄ of states, <c>[rows]</c>; no gradient.</summary>
    /// <param name="hidden"><c>[rows, d]</c>.</param>
    public float[] StateValues(Tensor hidden)
    {
        using IDisposable noGradient = no_grad();
        float[] values = new float[hidden.shape[0]];
        ForChunks(
            hidden.shape[0],
            (first, count) =>
            {
                Tensor part = hidden.narrow(0, first, count);
                Tensor logits = Logits(part);
                Tensor? supported = Supported(logits, Behavior(part));
                ChunkStatistics statistics = ChunkStatistics.Of(
                    _model,
                    _options,
                    Critical(part),
                    logits.log_softmax(-1),
                    supported,
                    null,
                    _options.TopTokens
                );
                Copy(statistics.StateValue, values, first);
            }
        );
        return values;
    }

    /// <summary>Supervised fine-tuning: the loss with its gradient.</summary>
    /// <param name="pass">The hidden states, <c>[N, d]</c>; their gradient goes on through the trunk.</param>
    /// <param name="actions">The tokens taken, <c>[N]</c>.</param>
    /// <returns>Mean of −log π(a|s), and the mean entropy of π.</returns>
    public (double Loss, double Entropy) Imitate(HiddenPass pass, long[] actions)
    {
        HiddenGradient gradient = new(pass);
        double loss = 0;
        double entropy = 0;
        ForChunks(
            actions.Length,
            (first, count) =>
            {
                using Tensor part = gradient.Leaf(first, count);
                Tensor logPolicy = Logits(part).log_softmax(-1); // [n, V]
                Tensor taken = LogProbabilities(logPolicy, actions.AsSpan(first, count));
                Tensor mean = -taken.sum() / actions.Length;
                Tensor constant = logPolicy.detach();
                entropy -= (constant * constant.exp()).sum().ToDouble() / actions.Length;
                loss += mean.ToDouble();
                mean.backward();
                gradient.Add(part, first, count);
            }
        );
        gradient.Backward();
        return (loss, entropy);
    }

    /// <summary>The joint loss with its gradient.</summary>
    /// <param name="pass">The hidden states, <c>[N, d]</c>; their gradient goes on through the trunk.</param>
    /// <param name="batch">Rewards, ends and links between turns.</param>
    /// <param name="layout">How the tokens are packed.</param>
    /// <param name="bootstrapValues">V̄ of the rows that are only bootstrapped from.</param>
    /// <param name="floor">The least weight of a token.</param>
    public ChunkedLosses Descend(HiddenPass pass, TurnBatch batch, ReplyLayout layout, ReadOnlySpan<float> bootstrapValues, double floor)
    {
        long[] actions = layout.Actions(batch);
        HiddenGradient gradient = new(pass);
        TokenNumbers numbers = new(actions.Length);
        double actor = 0;
        ForChunks(
            actions.Length,
            (first, count) =>
            {
                using Tensor part = gradient.Leaf(first, count);
                actor += Actor(part, actions, first, count, numbers, floor);
                gradient.Add(part, first, count);
            }
        );
        float[] y = TokenTargets.Compute(
            batch,
            layout,
            _options,
            numbers.StateValue,
            numbers.TargetActionValue,
            numbers.LogProbability,
            bootstrapValues
        );
        double critic = Critic(gradient, actions, y);
        double? error = _options.TopTokens > 0 ? TopTokensError(pass.Hidden) : null;
        gradient.Backward();
        return new ChunkedLosses(actor + (_options.CriticWeight * critic), actor, critic, y, numbers, error);
    }

    // One chunk's share of the actor's loss, and of the behavior head's, with their gradients. f(A) depends on a token's own state alone,
    // so nothing has to be computed twice.
    private double Actor(Tensor part, long[] actions, int first, int count, TokenNumbers numbers, double floor)
    {
        long[] taken = actions[first..(first + count)];
        Tensor logits = Logits(part);
        Tensor logPolicy = logits.log_softmax(-1); // [n, V]
        Tensor logProbability = LogProbabilities(logPolicy, taken); // [n]
        Tensor? behavior = Behavior(part);
        ChunkStatistics statistics = ChunkStatistics.Of(
            _model,
            _options,
            Critical(part).detach(),
            logPolicy.detach(),
            Supported(logits, behavior),
            taken,
            _options.TopTokens
        );
        numbers.Take(statistics, logProbability, first, _options.Filter, floor);
        Tensor weights = tensor(numbers.Weights[first..(first + count)], device: part.device);
        Tensor loss = -(weights * logProbability).sum() / actions.Length;
        double value = loss.ToDouble();
        if (behavior is not null)
        {
            loss += Afsft.SupervisedLoss(behavior, tensor(taken, device: part.device)) * ((double)count / actions.Length);
        }
        loss.backward();
        return value;
    }

    private double Critic(HiddenGradient gradient, long[] actions, float[] y)
    {
        using Tensor tokens = tensor(actions, device: gradient.Device);
        using TakenTokens taken = _model.Critics.Taken(tokens);
        double critic = 0;
        ForChunks(
            actions.Length,
            (first, count) =>
            {
                using Tensor part = gradient.Leaf(first, count);
                Tensor predictions = taken.Predictions(Critical(part), first, _model.Kernels, _model.Precision);
                Tensor loss =
                    _options.CriticLoss.Of(predictions, y.AsSpan(first, count), _model.Critics.Support).mean()
                    * ((double)count / actions.Length);
                critic += loss.ToDouble();
                (loss * _options.CriticWeight).backward();
                gradient.Add(part, first, count);
            }
        );
        taken.AddGradients();
        return critic;
    }

    // Mean distance between state values over the kept tokens and over the whole support, at a few positions.
    private double TopTokensError(Tensor hidden)
    {
        using IDisposable noGradient = no_grad();
        using DisposeScope scope = NewDisposeScope();
        long count = hidden.shape[0];
        long samples = Math.Min(Samples, count);
        long[] places = [.. Enumerable.Range(0, (int)samples).Select(i => i * count / samples)];
        Tensor part = hidden.detach().index_select(0, tensor(places, device: hidden.device));
        using IDisposable whole = _model.Adapters.Dropping(null);
        Tensor logits = Logits(part);
        Tensor logPolicy = logits.log_softmax(-1);
        Tensor? supported = Supported(logits, Behavior(part));
        ChunkStatistics exact = ChunkStatistics.Of(_model, _options, Critical(part), logPolicy, supported, null, 0);
        ChunkStatistics kept = ChunkStatistics.Of(_model, _options, Critical(part), logPolicy, supported, null, _options.TopTokens);
        Tensor mean = (exact.MeanStateValue - kept.MeanStateValue).abs();
        Tensor target = (exact.StateValue - kept.StateValue).abs();
        return mean.maximum(target).mean().ToDouble();
    }

    private Tensor Logits(Tensor part)
    {
        Tensor logits = _model.Logits(part);
        return logits.dtype == ScalarType.Float32 ? logits : logits.to(ScalarType.Float32);
    }

    // Critics are float32 whatever the trunk is.
    private static Tensor Critical(Tensor part) => part.dtype == ScalarType.Float32 ? part : part.to(ScalarType.Float32);

    private Tensor? Behavior(Tensor part) =>
        _options.SupportThreshold > 0 ? _model.Critics.Behavior(Critical(part), _model.Kernels, _model.Precision) : null;

    // log π over the tokens that the data show; null where no behavior head says which.
    private Tensor? Supported(Tensor logits, Tensor? behavior) =>
        behavior is null ? null : SupportedTokens.Restrict(logits, behavior, _options.SupportThreshold).log_softmax(-1);

    private static Tensor LogProbabilities(Tensor logPolicy, ReadOnlySpan<long> actions)
    {
        using Tensor index = tensor(actions.ToArray(), [actions.Length, 1], device: logPolicy.device);
        return logPolicy.gather(-1, index).squeeze(-1);
    }

    private void ForChunks(long count, Action<int, int> body)
    {
        for (int first = 0; first < count; first += _positions)
        {
            using DisposeScope scope = NewDisposeScope();
            using IDisposable rows = _model.Adapters.FromRow(first);
            body(first, (int)Math.Min(_positions, count - first));
        }
    }

    internal static void Copy(Tensor values, float[] destination, int first)
    {
        using Tensor detached = values.detach();
        using Tensor local = detached.to(ScalarType.Float32, CPU);
        using Tensor packed = local.contiguous();
        MemoryMarshal.Cast<byte, float>(packed.bytes).CopyTo(destination.AsSpan(first));
    }
}
