using System.Buffers;
using System.Collections.Immutable;
using VlmQ.Core.Episodes;
using VlmQ.Core.Imaging;
using VlmQ.Core.Sampling;
using VlmQ.Core.Tokens;
using VlmQ.Datasets.Images;
using VlmQ.Datasets.Transitions;

namespace VlmQ.Datasets.Streaming;

/// <summary>Lays windows out as a <see cref="TurnBatch"/> and decodes their pictures. Safe from several threads.</summary>
/// <param name="imageWidth">Pixels in a row of a batch's pictures.</param>
/// <param name="imageHeight">Rows of a batch's pictures.</param>
/// <param name="resize">Whether pictures of another size are resized; otherwise they are a fault.</param>
internal sealed class Collator(int imageWidth, int imageHeight, bool resize)
{
    private readonly BicubicFitter _fitter = new(imageWidth, imageHeight);

    /// <summary>The batch of a plan, or the fault of a picture.</summary>
    public Result<StreamedBatch> Collate(BatchPlan plan)
    {
        (int rows, int promptWidth, int replyWidth) = Measure(plan);
        int imageBytes = imageWidth * imageHeight * 3;
        TurnBatch batch = new()
        {
            Rows = rows,
            ImageHeight = imageHeight,
            ImageWidth = imageWidth,
            Images = ArrayPool<byte>.Shared.Rent(checked(rows * imageBytes)),
            PromptWidth = promptWidth,
            PromptIds = new int[rows * promptWidth],
            PromptLengths = new int[rows],
            ReplyWidth = replyWidth,
            ReplyIds = new int[rows * replyWidth],
            ReplyLengths = new int[rows],
            Rewards = new float[rows * replyWidth],
            Valid = new bool[rows],
            Terminated = new bool[rows],
            NextRow = new int[rows],
            ReturnToGo = new float[rows],
        };
        int row = 0;
        foreach ((Window window, LoadedGroup group) in plan.Windows)
        {
            int length = LengthOf(window, group);
            for (int i = 0; i < length; i++, row++)
            {
                Span<byte> pixels = batch.Images.AsSpan(row * imageBytes, imageBytes);
                if (Decode(group, window.Episode, window.Start + i, pixels) is { } fault)
                {
                    ArrayPool<byte>.Shared.Return(batch.Images);
                    return fault;
                }
                StoredTransition stored = group.Episodes[window.Episode].Rows[window.Start + i];
                Fill(batch, row, stored.Transition, bootstrapOnly: i >= window.Length);
            }
        }
        return new StreamedBatch(batch, plan.Position, plan.Next);
    }

    // A window that stops before its episode does is followed by the row of its next state.
    private static int LengthOf(Window window, LoadedGroup group) =>
        Math.Min(window.Length + 1, group.Episodes[window.Episode].Rows.Length - window.Start);

    private static (int Rows, int PromptWidth, int ReplyWidth) Measure(BatchPlan plan)
    {
        int rows = 0;
        int promptWidth = 1;
        int replyWidth = 1;
        foreach ((Window window, LoadedGroup group) in plan.Windows)
        {
            int length = LengthOf(window, group);
            ImmutableArray<StoredTransition> stored = group.Episodes[window.Episode].Rows;
            for (int i = 0; i < length; i++)
            {
                Transition transition = stored[window.Start + i].Transition;
                promptWidth = Math.Max(promptWidth, transition.PromptIds.Length);
                replyWidth = Math.Max(replyWidth, i < window.Length ? transition.ReplyIds.Length : 0);
            }
            rows += length;
        }
        return (rows, promptWidth, replyWidth);
    }

    private static void Fill(TurnBatch batch, int row, Transition transition, bool bootstrapOnly)
    {
        transition.PromptIds.CopyTo(batch.PromptIds, row * batch.PromptWidth);
        batch.PromptLengths[row] = transition.PromptIds.Length;
        batch.ReturnToGo[row] = transition.ReturnToGo;
        if (bootstrapOnly)
        {
            batch.NextRow[row] = -1;
            return;
        }
        transition.ReplyIds.CopyTo(batch.ReplyIds, row * batch.ReplyWidth);
        transition.Rewards.CopyTo(batch.Rewards, row * batch.ReplyWidth);
        batch.ReplyLengths[row] = transition.ReplyIds.Length;
        batch.Valid[row] = transition.Valid;
        batch.Terminated[row] = transition.Terminated;
        batch.NextRow[row] = transition.Terminated ? -1 : row + 1;
    }

    private Fault? Decode(LoadedGroup group, int episode, int row, Span<byte> pixels)
    {
        if (group.DecodedOf(episode, row) is { } decoded)
        {
            decoded.CopyTo(pixels);
            return null;
        }
        StoredTransition stored = group.Episodes[episode].Rows[row];
        string where = $"episode {stored.Transition.EpisodeId}, turn {stored.Transition.Turn}";
        Fault? fault = resize
            ? Fit(stored.Picture.AsSpan(), pixels, where)
            : PictureCodec.DecodeInto(stored.Picture.AsSpan(), imageWidth, imageHeight, pixels, where);
        if (fault is null)
        {
            group.Keep(episode, row, pixels);
        }
        return fault;
    }

    private Fault? Fit(ReadOnlySpan<byte> file, Span<byte> pixels, string where)
    {
        Result<(int Width, int Height)> size = PictureCodec.SizeOf(file, where);
        if (size is Result<(int Width, int Height)>.Failed failed)
        {
            return failed.Fault;
        }
        (int width, int height) = size.OrThrow();
        if ((width, height) == (imageWidth, imageHeight))
        {
            return PictureCodec.DecodeInto(file, width, height, pixels, where);
        }
        int length = checked(width * height * 3);
        byte[] decoded = ArrayPool<byte>.Shared.Rent(length);
        Fault? fault = PictureCodec.DecodeInto(file, width, height, decoded.AsSpan(0, length), where);
        if (fault is null)
        {
            _fitter.PlanOf(width, height).Run(decoded.AsSpan(0, length), pixels);
        }
        ArrayPool<byte>.Shared.Return(decoded);
        return fault;
    }
}
