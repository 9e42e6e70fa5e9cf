using System.Buffers;
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

    /// <summary>The batch of a plan, or the fault of a picture; the plan's row groups are let go.</summary>
    public Result<StreamedBatch> Collate(BatchPlan plan)
    {
        Result<StreamedBatch> batch = BatchOf(plan);
        foreach ((_, LoadedGroup group) in plan.Windows)
        {
            group.LetGo();
        }
        return batch;
    }

    private Result<StreamedBatch> BatchOf(BatchPlan plan)
    {
        (int rows, int promptWidth, int replyWidth) = Measure(plan);
        long allImages = 3L * imageWidth * imageHeight * rows;
        if (allImages > Array.MaxLength)
        {
            return Fault.Configuration(
                $"{rows} pictures of {imageWidth}×{imageHeight} are {allImages} bytes, a batch has at most {Array.MaxLength}",
                "",
                "make batches of fewer windows, or pictures smaller"
            );
        }
        int imageBytes = imageWidth * imageHeight * 3;
        TurnBatch batch = new()
        {
            Rows = rows,
            ImageHeight = imageHeight,
            ImageWidth = imageWidth,
            Images = ArrayPool<byte>.Shared.Rent((int)allImages),
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
            (int first, int length) = RowsOf(window, group);
            for (int i = 0; i < length; i++, row++)
            {
                Span<byte> pixels = batch.Images.AsSpan(row * imageBytes, imageBytes);
                if (Decode(group, first + i, pixels) is { } fault)
                {
                    ArrayPool<byte>.Shared.Return(batch.Images);
                    return fault;
                }
                Fill(batch, row, group.Rows, first + i, bootstrapOnly: i >= window.Length);
            }
        }
        return new StreamedBatch(batch, plan.Position, plan.Next);
    }

    // A window that stops before its episode does is followed by the row of its next state.
    private static (int First, int Length) RowsOf(Window window, LoadedGroup group)
    {
        (int first, int end) = group.RowsOf(window.Episode);
        return (first + window.Start, Math.Min(window.Length + 1, end - first - window.Start));
    }

    private static (int Rows, int PromptWidth, int ReplyWidth) Measure(BatchPlan plan)
    {
        int rows = 0;
        int promptWidth = 1;
        int replyWidth = 1;
        foreach ((Window window, LoadedGroup group) in plan.Windows)
        {
            (int first, int length) = RowsOf(window, group);
            for (int i = 0; i < length; i++)
            {
                promptWidth = Math.Max(promptWidth, group.Rows.PromptIds[first + i].Length);
                replyWidth = Math.Max(replyWidth, i < window.Length ? group.Rows.ReplyIds[first + i].Length : 0);
            }
            rows += length;
        }
        return (rows, promptWidth, replyWidth);
    }

    private static void Fill(TurnBatch batch, int row, TransitionTable from, int index, bool bootstrapOnly)
    {
        ReadOnlySpan<int> prompt = from.PromptIds[index];
        prompt.CopyTo(batch.PromptIds.AsSpan(row * batch.PromptWidth));
        batch.PromptLengths[row] = prompt.Length;
        batch.ReturnToGo[row] = from.ReturnsToGo[index];
        if (bootstrapOnly)
        {
            batch.NextRow[row] = -1;
            return;
        }
        ReadOnlySpan<int> reply = from.ReplyIds[index];
        reply.CopyTo(batch.ReplyIds.AsSpan(row * batch.ReplyWidth));
        from.Rewards[index].CopyTo(batch.Rewards.AsSpan(row * batch.ReplyWidth));
        batch.ReplyLengths[row] = reply.Length;
        batch.Valid[row] = from.Valid[index];
        batch.Terminated[row] = from.Terminated[index];
        batch.NextRow[row] = from.Terminated[index] ? -1 : row + 1;
    }

    private Fault? Decode(LoadedGroup group, int row, Span<byte> pixels)
    {
        if (group.DecodedOf(row) is { } decoded)
        {
            decoded.CopyTo(pixels);
            return null;
        }
        ReadOnlySpan<byte> picture = group.Rows.Pictures[row].Span;
        Fault? fault = resize ? Fit(picture, pixels) : PictureCodec.DecodeInto(picture, imageWidth, imageHeight, pixels, "");
        if (fault is null)
        {
            group.Keep(row, pixels);
        }
        return fault is null ? null : At(fault, group.Rows, row);
    }

    private static Fault At(Fault fault, TransitionTable rows, int row) =>
        new(fault.Kind, fault.What, $"episode {rows.Ids[row]}, turn {rows.Turns[row]}", fault.Remedy);

    private Fault? Fit(ReadOnlySpan<byte> file, Span<byte> pixels)
    {
        Result<(int Width, int Height)> size = PictureCodec.SizeOf(file, "");
        if (size is Result<(int Width, int Height)>.Failed failed)
        {
            return failed.Fault;
        }
        (int width, int height) = size.OrThrow();
        if ((width, height) == (imageWidth, imageHeight))
        {
            return PictureCodec.DecodeInto(file, width, height, pixels, "");
        }
        int length = checked(width * height * 3);
        byte[] decoded = ArrayPool<byte>.Shared.Rent(length);
        Fault? fault = PictureCodec.DecodeInto(file, width, height, decoded.AsSpan(0, length), "");
        if (fault is null)
        {
            _fitter.PlanOf(width, height).Run(decoded.AsSpan(0, length), pixels);
        }
        ArrayPool<byte>.Shared.Return(decoded);
        return fault;
    }
}
