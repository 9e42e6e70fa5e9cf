using VlmQ.Core.Tokens;
using VlmQ.Models;
using VlmQ.Models.Kernels;

namespace VlmQ.Learning.Tests;

/// <summary>A model and data that train in milliseconds a step.</summary>
internal static class SmallLearners
{
    public static TinyVlmConfig Config { get; } =
        new()
        {
            Vocabulary = 12,
            ImagePlaceholder = 3,
            Width = 16,
            Layers = 2,
            Heads = 2,
            ImageSize = 4,
            PatchSize = 2,
            TextLength = 12,
        };

    public static LearnerOptions Options { get; } =
        new()
        {
            Steps = 200,
            WarmupSteps = 5,
            Loss = new AfsftOptions { FilterWarmupSteps = 5 },
        };

    public static TinyVlm Model(TinyVlmConfig? config = null) => new(config ?? Config, 1, new PlainKernels());

    /// <summary>A window of two turns and a bootstrap row, and a turn that ended; prompts and replies of different lengths.</summary>
    public static TurnBatch Batch(int variant = 0) =>
        Batches.Of(
            new TurnRow([3, 4, 5], [6, 7, 2], 0, Next: 1, Image: Image(variant), ImageSize: 4),
            new TurnRow([3, 4, 5, 5], [8, 2], -1, Next: 2, Image: Image(variant + 1), ImageSize: 4),
            new TurnRow([3, 4, 5], [], Image: Image(variant + 2), ImageSize: 4),
            new TurnRow([3, 4], [9, 10, 11, 2], 1, Terminated: true, Image: Image(variant + 3), ImageSize: 4)
        );

    private static byte[] Image(int variant) => [.. Enumerable.Range(0, 48).Select(i => (byte)((i * 29 * (variant + 3)) % 256))];
}
