using VlmQ.Core.Tokens;
using VlmQ.Models.Generation;
using VlmQ.Models.Kernels;

namespace VlmQ.Models.Tests;

/// <summary>Models and inputs small enough to run in milliseconds.</summary>
internal static class TinyModels
{
    public const int Placeholder = 3;

    public const int End = 2;

    public static TinyVlmConfig Config { get; } =
        new()
        {
            Vocabulary = 24,
            ImagePlaceholder = Placeholder,
            Width = 16,
            Layers = 2,
            Heads = 2,
            ImageSize = 8,
            PatchSize = 4,
            TextLength = 24,
        };

    public static TinyVlm New(long seed = 1, TinyVlmConfig? config = null) => new(config ?? Config, seed, new PlainKernels());

    /// <summary>Prompts with pictures that differ from row to row.</summary>
    public static PromptBatch Prompts(params int[][] prompts)
    {
        int width = prompts.Max(prompt => prompt.Length);
        int size = Config.ImageSize;
        PromptBatch batch = new()
        {
            Rows = prompts.Length,
            ImageHeight = size,
            ImageWidth = size,
            Images = Images(prompts.Length),
            PromptWidth = width,
            PromptIds = new int[prompts.Length * width],
            PromptLengths = [.. prompts.Select(prompt => prompt.Length)],
        };
        for (int row = 0; row < prompts.Length; row++)
        {
            prompts[row].CopyTo(batch.PromptIds, row * width);
        }
        return batch;
    }

    /// <summary>Turns with the pictures of <see cref="Prompts"/>.</summary>
    public static TurnBatch Turns(params (int[] Prompt, int[] Reply)[] turns)
    {
        PromptBatch prompts = Prompts([.. turns.Select(turn => turn.Prompt)]);
        int width = Math.Max(1, turns.Max(turn => turn.Reply.Length));
        TurnBatch batch = new()
        {
            Rows = prompts.Rows,
            ImageHeight = prompts.ImageHeight,
            ImageWidth = prompts.ImageWidth,
            Images = prompts.Images,
            PromptWidth = prompts.PromptWidth,
            PromptIds = prompts.PromptIds,
            PromptLengths = prompts.PromptLengths,
            ReplyWidth = width,
            ReplyIds = new int[turns.Length * width],
            ReplyLengths = [.. turns.Select(turn => turn.Reply.Length)],
            Rewards = new float[turns.Length * width],
            Valid = new bool[turns.Length],
            Terminated = [.. turns.Select(_ => true)],
            NextRow = [.. turns.Select(_ => -1)],
            ReturnToGo = new float[turns.Length],
        };
        for (int row = 0; row < turns.Length; row++)
        {
            turns[row].Reply.CopyTo(batch.ReplyIds, row * width);
        }
        return batch;
    }

    private static byte[] Images(int count)
    {
        int bytes = Config.ImageSize * Config.ImageSize * 3;
        byte[] images = new byte[count * bytes];
        for (int i = 0; i < images.Length; i++)
        {
            images[i] = (byte)((i * 37 % 251) + (i / bytes));
        }
        return images;
    }
}
