using VlmQ.Core.Imaging;
using VlmQ.Core.Tokens;

namespace VlmQ.Models.Generation;

/// <summary>Prompts that are answered together. All arrays are row-major; shorter prompts are padded on the right with zeros.</summary>
public sealed record PromptBatch
{
    /// <summary>Number of prompts.</summary>
    public required int Rows { get; init; }

    /// <summary>Rows of a picture.</summary>
    public required int ImageHeight { get; init; }

    /// <summary>Pixels in a picture's row.</summary>
    public required int ImageWidth { get; init; }

    /// <summary>8-bit RGB, <c>[rows, height, width, 3]</c>; may be longer (pooled).</summary>
    public required byte[] Images { get; init; }

    /// <summary>Tokens of the longest prompt.</summary>
    public required int PromptWidth { get; init; }

    /// <summary><c>[rows, promptWidth]</c>, the image placeholder included.</summary>
    public required int[] PromptIds { get; init; }

    /// <summary><c>[rows]</c>, at least 1.</summary>
    public required int[] PromptLengths { get; init; }

    /// <summary>The prompts of some rows of a training batch.</summary>
    public static PromptBatch Of(TurnBatch batch, ReadOnlySpan<int> rows)
    {
        ArgumentNullException.ThrowIfNull(batch);
        int pixels = batch.ImageHeight * batch.ImageWidth * 3;
        byte[] images = new byte[rows.Length * pixels];
        int[] prompts = new int[rows.Length * batch.PromptWidth];
        int[] lengths = new int[rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            batch.Images.AsSpan(rows[i] * pixels, pixels).CopyTo(images.AsSpan(i * pixels));
            batch.PromptIds.AsSpan(rows[i] * batch.PromptWidth, batch.PromptWidth).CopyTo(prompts.AsSpan(i * batch.PromptWidth));
            lengths[i] = batch.PromptLengths[rows[i]];
        }
        return new PromptBatch
        {
            Rows = rows.Length,
            ImageHeight = batch.ImageHeight,
            ImageWidth = batch.ImageWidth,
            Images = images,
            PromptWidth = batch.PromptWidth,
            PromptIds = prompts,
            PromptLengths = lengths,
        };
    }

    /// <summary>Collects prompts with pictures of one size.</summary>
    /// <exception cref="ArgumentException">No prompts, an empty prompt, or pictures of different sizes.</exception>
    public static PromptBatch Of(IReadOnlyList<(RgbImage Image, ReadOnlyMemory<int> PromptIds)> prompts)
    {
        ArgumentNullException.ThrowIfNull(prompts);
        ArgumentOutOfRangeException.ThrowIfZero(prompts.Count);
        RgbImage first = prompts[0].Image;
        int width = prompts.Max(prompt => prompt.PromptIds.Length);
        byte[] images = new byte[prompts.Count * first.Pixels.Length];
        int[] ids = new int[prompts.Count * width];
        int[] lengths = new int[prompts.Count];
        for (int row = 0; row < prompts.Count; row++)
        {
            (RgbImage image, ReadOnlyMemory<int> promptIds) = prompts[row];
            if (image.Width != first.Width || image.Height != first.Height)
            {
                throw new ArgumentException(
                    $"Picture {row} is {image.Width}×{image.Height}, the first {first.Width}×{first.Height}.",
                    nameof(prompts)
                );
            }
            if (promptIds.IsEmpty)
            {
                throw new ArgumentException($"Prompt {row} is empty.", nameof(prompts));
            }
            image.Pixels.CopyTo(images.AsSpan(row * image.Pixels.Length));
            promptIds.Span.CopyTo(ids.AsSpan(row * width));
            lengths[row] = promptIds.Length;
        }
        return new PromptBatch
        {
            Rows = prompts.Count,
            ImageHeight = first.Height,
            ImageWidth = first.Width,
            Images = images,
            PromptWidth = width,
            PromptIds = ids,
            PromptLengths = lengths,
        };
    }
}
