using TorchSharp.Modules;
using VlmQ.Core.Episodes;
using VlmQ.Core.Tokens;
using VlmQ.Models;
using VlmQ.Models.Kernels;
using VlmQ.Models.Lora;
using static TorchSharp.torch;

namespace VlmQ.Learning.Tests;

/// <summary>
/// Chunks change nothing but the order of sums: metrics, every gradient, and what is learnt. The stated tolerance of gradients is 2e-6 of
/// the largest of the same weight.
/// </summary>
public sealed class ChunkedHeadsTests
{
    public static TheoryData<string> Cases => ["default", "whole vocabulary", "two-hot", "hl-gauss", "behavior", "supervised", "adapters"];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Chunks_give_the_gradients_and_metrics_of_whole_arrays(string name)
    {
        foreach (int chunk in (int[])[1, 4, 64])
        {
            (StepMetrics whole, Dictionary<string, float[]> expected) = Steps(name, 0);
            (StepMetrics parts, Dictionary<string, float[]> actual) = Steps(name, chunk);
            AssertClose(whole, parts);
            Assert.Equal(expected.Keys.Order(), actual.Keys.Order());
            foreach ((string parameter, float[] gradient) in expected)
            {
                float scale = Math.Max(1e-6f, gradient.Max(Math.Abs));
                float[] other = actual[parameter];
                for (int i = 0; i < gradient.Length; i++)
                {
                    Assert.True(
                        Math.Abs(gradient[i] - other[i]) <= 2e-6 * scale,
                        $"{parameter}[{i}]: {gradient[i]} and {other[i]} of {scale}"
                    );
                }
            }
        }
    }

    [Fact]
    public void A_chunked_gradient_is_the_slope_of_the_loss()
    {
        // Of all losses this one alone has no targets and weights that move with the trunk and that no gradient follows.
        LearnerOptions options = SmallLearners.Options with
        {
            HeadChunk = 4,
            LearningRate = 0,
            GradientClip = 0,
            Loss = AfsftOptions.Supervised,
        };
        using TinyVlm model = SmallLearners.Model();
        using Learner learner = new(model, options);
        learner.Step(SmallLearners.Batch());
        Parameter bias = model.named_parameters().Single(pair => pair.name == "blocks.0.contract.bias").parameter;
        float[] gradient = bias.grad!.data<float>().ToArray();
        int largest = Array.IndexOf(gradient, gradient.MaxBy(Math.Abs));
        const double Shift = 2e-3;
        double slope = (Loss(Shift) - Loss(-Shift)) / (2 * Shift);
        Assert.Equal(gradient[largest], slope, 0.02 * Math.Abs(gradient[largest]));

        double Loss(double shift)
        {
            using Tensor element = bias.detach().narrow(0, largest, 1);
            element.add_(shift);
            double loss = learner.Step(SmallLearners.Batch()).Loss;
            element.sub_(shift);
            return loss;
        }
    }

    [Fact]
    public void No_array_over_the_vocabulary_is_longer_than_a_chunk()
    {
        WatchedKernels kernels = new(SmallLearners.Config.Vocabulary);
        using TinyVlm model = new(SmallLearners.Config, 1, kernels);
        using Learner learner = new(model, SmallLearners.Options with { HeadChunk = 2 });
        learner.Step(SmallLearners.Batch());
        Assert.Equal(2, kernels.Longest);
    }

    [Fact]
    public void Only_reply_positions_go_through_the_heads()
    {
        WatchedKernels kernels = new(SmallLearners.Config.Vocabulary);
        using TinyVlm model = new(SmallLearners.Config, 1, kernels);
        using Learner learner = new(model, SmallLearners.Options with { HeadChunk = 0 });
        TurnBatch batch = SmallLearners.Batch();
        learner.Step(batch);
        Assert.Equal(batch.ReplyLengths.Sum(), kernels.Longest);
    }

    [Fact]
    public void Large_vocabularies_are_computed_in_chunks_unasked()
    {
        WatchedKernels kernels = new(ChunkedHeads.LargeVocabulary);
        using TinyVlm model = new(SmallLearners.Config with { Vocabulary = ChunkedHeads.LargeVocabulary, TextLength = 100 }, 1, kernels);
        using Learner learner = new(model, SmallLearners.Options);
        learner.Step(Batches.Of(new TurnRow([3, 4], [.. Enumerable.Range(4, 80)], 1, Terminated: true, ImageSize: 4)));
        Assert.Equal(ChunkedHeads.UsualPositions, kernels.Longest);
    }

    [Fact]
    public void Enough_top_tokens_leave_nothing_out_and_change_nothing()
    {
        // No more than three tokens are more probable than a fourth.
        (StepMetrics exact, _) = Steps("likely tokens", 4);
        (StepMetrics top, _) = Steps("likely tokens", 4, topTokens: 3);
        AssertClose(exact, top);
        Assert.Null(exact.OmittedProbability);
        Assert.Equal(0, top.OmittedProbability!.Value, 1e-6);
        Assert.Equal(0, top.ExpectationError!.Value, 1e-6);
    }

    [Fact]
    public void Too_few_top_tokens_report_what_they_leave_out_and_what_it_changes()
    {
        (StepMetrics exact, _) = Steps("whole vocabulary", 4);
        (StepMetrics top, _) = Steps("whole vocabulary", 4, topTokens: 2);
        Assert.InRange(top.OmittedProbability!.Value, 0.1, 0.99);
        Assert.InRange(top.ExpectationError!.Value, 1e-6, 1);
        Assert.NotEqual(exact.Target, top.Target);
        // Nine positions, eight of them sampled: the error of the mean target is of the order of what is reported.
        Assert.InRange(Math.Abs(exact.Advantage - top.Advantage), 0, 3 * top.ExpectationError.Value);
    }

    [Fact]
    public void Top_tokens_need_chunks()
    {
        LearnerOptions options = SmallLearners.Options with
        {
            HeadChunk = 0,
            Loss = new AfsftOptions { TopTokens = 5 },
        };
        Assert.Equal(FaultKind.Configuration, options.Check()!.Kind);
        using TinyVlm model = SmallLearners.Model();
        using Learner learner = new(model, options with { HeadChunk = null });
        Assert.NotNull(learner.Step(SmallLearners.Batch()).OmittedProbability);
    }

    private static (StepMetrics Metrics, Dictionary<string, float[]> Gradients) Steps(string name, int chunk, int topTokens = 0)
    {
        (LearnerOptions options, TinyVlmConfig config) = Case(name, chunk);
        options = options with { Loss = options.Loss with { TopTokens = topTokens } };
        using TinyVlm model = SmallLearners.Model(config);
        using Learner learner = new(model, options);
        StepMetrics metrics = learner.Step(SmallLearners.Batch());
        for (int i = 1; i < 3; i++)
        {
            metrics = learner.Step(SmallLearners.Batch(i));
        }
        return (
            metrics,
            model
                .TrainableParameters()
                .Where(pair => pair.Parameter.grad is not null)
                .ToDictionary(pair => pair.Name, pair => pair.Parameter.grad!.flatten().data<float>().ToArray())
        );
    }

    private static (LearnerOptions Options, TinyVlmConfig Config) Case(string name, int chunk)
    {
        // A filter that lets all pass only in part, and critics that differ from token to token from the start.
        AfsftOptions loss = new()
        {
            FilterWarmupSteps = 0,
            FilterAnnealSteps = 0,
            Filter = new AdvantageFilter.Exponential(0.3),
        };
        TinyVlmConfig config = SmallLearners.Config with { InitialValue = null };
        LearnerOptions options = SmallLearners.Options with { HeadChunk = chunk };
        return name switch
        {
            "whole vocabulary" => (options with { Loss = loss with { MinimumProbability = 0 } }, config),
            "likely tokens" => (options with { Loss = loss with { MinimumProbability = 0.25 } }, config),
            "two-hot" => (
                options with
                {
                    Loss = loss with { CriticLoss = new CriticLoss.TwoHot() },
                },
                config with
                {
                    CriticSupport = new CriticSupport(-4, 2, 13),
                    InitialValue = -3,
                }
            ),
            "hl-gauss" => (
                options with
                {
                    Loss = loss with { CriticLoss = new CriticLoss.HlGauss() },
                },
                config with
                {
                    CriticSupport = new CriticSupport(-4, 2, 13),
                    InitialValue = -3,
                }
            ),
            "behavior" => (options with { Loss = loss with { SupportThreshold = 0.5 } }, config with { Behavior = true }),
            "supervised" => (options with { Loss = AfsftOptions.Supervised }, config),
            "adapters" => (options with { Loss = loss, Lora = new LoraOptions(2, 4, ["all-linear"]) }, config),
            _ => (options with { Loss = loss }, config),
        };
    }

    private static void AssertClose(StepMetrics expected, StepMetrics actual)
    {
        Assert.Equal(expected.Loss, actual.Loss, 1e-5 * Math.Max(1, Math.Abs(expected.Loss)));
        Assert.Equal(expected.ActorLoss, actual.ActorLoss, 1e-5 * Math.Max(1, Math.Abs(expected.ActorLoss)));
        Assert.Equal(expected.CriticLoss, actual.CriticLoss, 1e-5 * Math.Max(1, expected.CriticLoss));
        Assert.Equal(expected.Kept, actual.Kept);
        Assert.Equal(expected.Target, actual.Target, 1e-5);
        Assert.Equal(expected.Advantage, actual.Advantage, 1e-5);
        Assert.Equal(expected.Entropy, actual.Entropy, 1e-5);
        Assert.Equal(expected.GradientNorm, actual.GradientNorm, 1e-5 * Math.Max(1, expected.GradientNorm));
        Assert.Equal((expected.Turns, expected.Tokens), (actual.Turns, actual.Tokens));
    }

    /// <summary>Notes the most rows of a result over the vocabulary.</summary>
    private sealed class WatchedKernels(long vocabulary) : IKernels
    {
        private readonly PlainKernels _plain = new();

        public long Longest { get; private set; }

        public string Name => _plain.Name;

        public bool RowsAreIndependent => _plain.RowsAreIndependent;

        public Tensor Block(Tensor hidden, BlockWeights weights, int heads, Precision precision = Precision.Full, long? tail = null) =>
            _plain.Block(hidden, weights, heads, precision, tail);

        public Tensor Attention(Tensor queries, Tensor keys, Tensor values, IReadOnlyList<int> prefixes) =>
            _plain.Attention(queries, keys, values, prefixes);

        public Tensor PatchEmbedding(Tensor patches, Tensor weight, Tensor bias, Precision precision = Precision.Full) =>
            _plain.PatchEmbedding(patches, weight, bias, precision);

        public Tensor LayerNorm(Tensor hidden, Tensor weight, Tensor bias) => _plain.LayerNorm(hidden, weight, bias);

        public Tensor Linear(Tensor hidden, Tensor weight, Tensor? bias = null, Precision precision = Precision.Full) =>
            Watched(_plain.Linear(hidden, weight, bias, precision));

        public Tensor? NextAttention(NextColumn column) => _plain.NextAttention(column);

        public Tensor CriticHeads(Tensor hidden, IReadOnlyList<HeadWeights> heads, Precision precision = Precision.Full) =>
            Watched(_plain.CriticHeads(hidden, heads, precision));

        public TokenStatistics TokenStatistics(
            Tensor logits,
            Tensor actions,
            Tensor onlineValues,
            Tensor targetValues,
            double minimumProbability = 0
        ) => _plain.TokenStatistics(Watched(logits), actions, onlineValues, targetValues, minimumProbability);

        public Tensor StateValue(Tensor logits, Tensor targetValues, double minimumProbability = 0) =>
            _plain.StateValue(Watched(logits), targetValues, minimumProbability);

        public void MovingAverage(IReadOnlyList<Tensor> targets, IReadOnlyList<Tensor> sources, double rate) =>
            _plain.MovingAverage(targets, sources, rate);

        private Tensor Watched(Tensor result)
        {
            if (result.shape[^1] == vocabulary)
            {
                Longest = Math.Max(Longest, result.shape[^2]);
            }
            return result;
        }
    }
}
