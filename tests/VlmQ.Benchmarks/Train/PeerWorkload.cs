using System.Runtime.InteropServices;
using TorchSharp.Modules;
using VlmQ.Core.Tokens;
using VlmQ.Learning;
using VlmQ.Models;
using VlmQ.Models.Kernels;
using static TorchSharp.torch;

namespace VlmQ.Benchmarks.Train;

/// <summary>
/// The work of the peer's <c>bench.py</c> done by this product: 32 turns of 25 patches of 432 numbers, 23 prompt tokens and 6 reply
/// tokens (53 positions), 32 next turns of 48 positions, a vocabulary of 192, two critics; forward, loss, backward, clipping to norm 1,
/// AdamW and the critics' moving average.
/// </summary>
internal sealed class PeerWorkload : IDisposable
{
    private const int Turns = 32,
        Patches = 25,
        PatchWidth = 432,
        PromptTokens = 23,
        ReplyTokens = 6,
        Vocabulary = 192,
        EndToken = 2,
        Placeholder = 191;

    private readonly TinyVlm _model;
    private readonly Learner _learner;
    private readonly TurnBatch _batch;
    private readonly ReplyLayout _layout;
    private readonly TurnInput _trained;
    private readonly TurnInput _bootstrap;

    /// <param name="size">XS, S, M or L.</param>
    /// <param name="precision">Of matrix products.</param>
    /// <param name="kernels">Plain or fused.</param>
    public PeerWorkload(string size, Precision precision, IKernels kernels)
    {
        TinyVlmConfig config = TinyVlmConfig.Preset(size, Vocabulary, Placeholder).OrThrow() with { TextLength = 64 };
        _model = new TinyVlm(config, 0, kernels, precision);
        Fill(_model);
        _learner = new Learner(
            _model,
            new LearnerOptions
            {
                LearningRate = 1e-3,
                Decay = LearningRateDecay.Constant,
                WarmupSteps = 0,
                Loss = new AfsftOptions
                {
                    Filter = new AdvantageFilter.Binary(-0.02),
                    FilterWarmupSteps = 0,
                    FilterAnnealSteps = 0,
                    MinimumProbability = 0,
                    CriticWeight = 1,
                },
            }
        );
        _batch = Batch();
        _layout = new ReplyLayout(_batch);
        _trained = Input(101, _layout.TrainedRows);
        _bootstrap = Input(102, _layout.BootstrapRows);
    }

    /// <summary>Positions of the current turns, which a rate counts; those of the next turns are not counted.</summary>
    public static int TokensAStep => Turns * (Patches + PromptTokens + ReplyTokens - 1);

    /// <summary>One step of training.</summary>
    public StepMetrics Step() => _learner.Step(_batch, _layout, _trained, _bootstrap);

    /// <inheritdoc/>
    public void Dispose()
    {
        _trained.Dispose();
        _bootstrap.Dispose();
        _learner.Dispose();
        _model.Dispose();
    }

    private TurnInput Input(uint salt, int[] rows)
    {
        float[] patches = PeerNumbers.Uniform(Turns * Patches * PatchWidth, salt);
        for (int i = 0; i < patches.Length; i++)
        {
            patches[i] -= 0.5f;
        }
        TurnText text = TurnText.Of(_batch, rows, Placeholder, Vocabulary);
        return new TinyVlmInput(tensor(patches, [Turns, Patches, PatchWidth]), tensor(text.Ids, [text.Rows, text.Width]), text);
    }

    // Rows 0 to 31 are the turns, rows 32 to 63 what each is followed by. The peer computes every next turn, also those of ended
    // episodes, which nothing reads.
    private static TurnBatch Batch()
    {
        int[] replies = [.. PeerNumbers.Whole(Turns * ReplyTokens, 105, 3, Vocabulary), .. new int[Turns * ReplyTokens]];
        bool[] ended = [.. PeerNumbers.Uniform(Turns, 107).Select(u => u < 0.3f), .. new bool[Turns]];
        float[] reward = PeerNumbers.Uniform(Turns, 106),
            rewards = new float[2 * Turns * ReplyTokens];
        for (int turn = 0; turn < Turns; turn++)
        {
            int last = (turn * ReplyTokens) + ReplyTokens - 1;
            replies[last] = EndToken;
            rewards[last] = MathF.Floor(reward[turn] * 3) - 1;
        }
        return new TurnBatch
        {
            Rows = 2 * Turns,
            ImageHeight = 60,
            ImageWidth = 60,
            Images = [],
            PromptWidth = PromptTokens,
            PromptIds =
            [
                .. PeerNumbers.Whole(Turns * PromptTokens, 103, 3, Vocabulary),
                .. PeerNumbers.Whole(Turns * PromptTokens, 104, 3, Vocabulary),
            ],
            PromptLengths = [.. Enumerable.Repeat(PromptTokens, 2 * Turns)],
            ReplyWidth = ReplyTokens,
            ReplyIds = replies,
            ReplyLengths = [.. Enumerable.Repeat(ReplyTokens, Turns), .. new int[Turns]],
            Rewards = rewards,
            Valid = [.. Enumerable.Repeat(true, 2 * Turns)],
            Terminated = ended,
            NextRow = [.. ended.Take(Turns).Select((end, turn) => end ? -1 : Turns + turn), .. Enumerable.Repeat(-1, Turns)],
            ReturnToGo = new float[2 * Turns],
        };
    }

    // Parameters are numbered from 1 in the order in which the model names them, which is the peer's; targets start as copies.
    private static void Fill(TinyVlm model)
    {
        using IDisposable constant = no_grad();
        uint salt = 0;
        foreach ((string name, Parameter parameter) in model.named_parameters())
        {
            salt++;
            if (name.EndsWith("bias", StringComparison.Ordinal) || name.Contains("norm", StringComparison.Ordinal))
            {
                parameter.fill_(name.EndsWith("bias", StringComparison.Ordinal) ? 0 : 1);
                continue;
            }
            bool embedding = name.EndsWith("positions", StringComparison.Ordinal) || name == "token.weight";
            double deviation = embedding ? 1 : 1 / Math.Sqrt(parameter.shape[1]);
            float factor = name.StartsWith("critics", StringComparison.Ordinal) ? 0.1f : 1;
            PeerNumbers.Centred(MemoryMarshal.Cast<byte, float>(parameter.bytes), salt, deviation, factor);
        }
        model.Critics.CopyToTargets();
    }
}
