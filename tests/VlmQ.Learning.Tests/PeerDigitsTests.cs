using System.Runtime.InteropServices;
using TorchSharp;
using TorchSharp.Modules;
using VlmQ.Core.Tokens;
using VlmQ.Models;
using VlmQ.Models.Kernels;
using static TorchSharp.torch;

namespace VlmQ.Learning.Tests;

/// <summary>
/// Five steps of an independent implementation in PyTorch, from the same weights and the same batch (both made by a hash): 32 turns of
/// 25 patches, 23 prompt tokens and 6 reply tokens, size S.
/// </summary>
public sealed class PeerDigitsTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Five_steps_agree_with_an_independent_implementation(bool fused)
    {
        IKernels kernels = fused ? Kernels.Best : Kernels.Plain;
        TinyVlmConfig config = new()
        {
            Vocabulary = 192,
            ImagePlaceholder = 191,
            TextLength = 64,
        };
        using TinyVlm model = new(config, 0, kernels);
        FillFromHash(model);
        using Learner learner = new(
            model,
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
        StepMetrics[] steps = [.. Enumerable.Range(0, 5).Select(_ => Step(learner))];
        AssertStep(steps[0], actor: 5.816151, critic: 0.120085, kept: 1, target: -0.018350, norm: 3.146304);
        AssertStep(steps[4], actor: 3.345875, critic: 0.174571, kept: 0.953125, target: -0.031741, norm: 1.412507);
    }

    private static void AssertStep(StepMetrics step, double actor, double critic, double kept, double target, double norm)
    {
        Assert.Equal(actor, step.ActorLoss, 2e-4);
        Assert.Equal(critic, step.CriticLoss, 2e-4);
        Assert.Equal(kept, step.Kept, 1e-6);
        Assert.Equal(target, step.Target, 2e-4);
        Assert.Equal(norm, step.GradientNorm, 2e-3);
    }

    private static StepMetrics Step(Learner learner)
    {
        TurnBatch batch = Batch();
        ReplyLayout layout = new(batch);
        using TurnInput trained = Input(101, TurnText.Of(batch, layout.TrainedRows, 191, 192));
        using TurnInput bootstrap = Input(102, TurnText.Of(batch, layout.BootstrapRows, 191, 192));
        return learner.Step(batch, layout, trained, bootstrap);
    }

    private static TurnInput Input(uint salt, TurnText text)
    {
        float[] patches = new float[32 * 25 * 432];
        for (int i = 0; i < patches.Length; i++)
        {
            patches[i] = Hash(i, salt) - 0.5f;
        }
        return new TinyVlmInput(tensor(patches, [32, 25, 432]), tensor(text.Ids, [text.Rows, text.Width]), text);
    }

    private static TurnBatch Batch()
    {
        TurnRow[] rows = new TurnRow[64];
        for (int i = 0; i < 32; i++)
        {
            bool done = Hash(i, 107) < 0.3f;
            int[] reply = [.. Integers(105, i * 6, 6)];
            reply[5] = 2;
            rows[i] = new TurnRow(
                [.. Integers(103, i * 23, 23)],
                reply,
                MathF.Floor(Hash(i, 106) * 3) - 1,
                Next: done ? -1 : 32 + i,
                Terminated: done
            );
            rows[32 + i] = new TurnRow([.. Integers(104, i * 23, 23)], []);
        }
        return Batches.Of(rows);
    }

    private static IEnumerable<int> Integers(uint salt, int first, int count) =>
        Enumerable.Range(first, count).Select(i => 3 + (int)Math.Floor((double)Hash(i, salt) * (192 - 3)));

    private static void FillFromHash(TinyVlm model)
    {
        using IDisposable noGradient = no_grad();
        uint salt = 0;
        foreach ((string name, Parameter parameter) in model.named_parameters())
        {
            salt++;
            if (name.Contains(".target.", StringComparison.Ordinal))
            {
                continue;
            }
            if (name.Contains("norm", StringComparison.Ordinal) || name.EndsWith("bias", StringComparison.Ordinal))
            {
                parameter.fill_(name.EndsWith("bias", StringComparison.Ordinal) ? 0 : 1);
                continue;
            }
            double deviation =
                name.EndsWith("positions", StringComparison.Ordinal) || name == "token.weight" ? 1 : 1 / Math.Sqrt(parameter.shape[1]);
            double scale = Math.Sqrt(12) * deviation * (name.StartsWith("critics", StringComparison.Ordinal) ? 0.1 : 1);
            Span<float> values = MemoryMarshal.Cast<byte, float>(parameter.bytes);
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = (float)((Hash(i, salt) - 0.5) * scale);
            }
        }
        model.Critics.CopyToTargets();
    }

    // The finaliser of a 32-bit murmur hash, as the peer's benchmark defines it.
    private static float Hash(int index, uint salt)
    {
        uint u = unchecked((uint)((((ulong)index + 1) * 2654435761UL) + (salt * 40503UL)));
        u ^= u >> 16;
        u = unchecked(u * 2246822507);
        u ^= u >> 13;
        u = unchecked(u * 3266489909);
        u ^= u >> 16;
        return (float)(u / 4294967296.0);
    }
}
