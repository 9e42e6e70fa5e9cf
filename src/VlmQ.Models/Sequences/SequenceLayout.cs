using TorchSharp;
using VlmQ.Core.Episodes;
using VlmQ.Core.Tokens;
using VlmQ.Models.Generation;
using static TorchSharp.torch;

namespace VlmQ.Models.Sequences;

/// <summary>
/// Where text, images and reply positions lie in the rows of a batch. A row is its prompt, in which the image's embeddings stand at the
/// placeholder's place, then its reply but for the last token, which nothing is predicted from. Rows count their elements from 0;
/// columns of the batch count padding too. Position j of a row is the state before its reply token j; a row without reply has position
/// 0 alone, the state after its prompt.
/// </summary>
public sealed class SequenceLayout
{
    private readonly long[] _sources;
    private readonly long[] _textIds;

    internal SequenceLayout(PaddingSide side, SequenceRow[] rows)
    {
        Side = side;
        Rows = rows.Length;
        Width = rows.Max(row => row.Length);
        Lengths = [.. rows.Select(row => row.Length)];
        PromptLengths = [.. rows.Select(row => row.PromptLength)];
        Positions = [.. rows.Select(row => row.Length - row.PromptLength + 1)];
        ImageStarts = [.. rows.Select(row => row.Images.Count == 0 ? -1 : row.Images[0].Start)];
        ImageTokens = [.. rows.Select(row => row.Images.Sum(image => image.Tokens))];
        Starts = [.. rows.Select(row => side == PaddingSide.Left ? Width - row.Length : 0)];
        _textIds = [.. rows.SelectMany(row => row.TextIds)];
        _sources = Sources(rows);
    }

    /// <summary>Where padding lies.</summary>
    public PaddingSide Side { get; }

    /// <summary>Number of rows.</summary>
    public int Rows { get; }

    /// <summary>Columns: elements of the longest row.</summary>
    public int Width { get; }

    /// <summary><c>[rows]</c>: elements of each row.</summary>
    public int[] Lengths { get; }

    /// <summary><c>[rows]</c>: elements of each row's prompt, image embeddings counted.</summary>
    public int[] PromptLengths { get; }

    /// <summary><c>[rows]</c>: reply positions of each row, at least 1.</summary>
    public int[] Positions { get; }

    /// <summary><c>[rows]</c>: the column in which each row begins; 0 with padding on the right.</summary>
    public int[] Starts { get; }

    /// <summary><c>[rows]</c>: the element at which each row's first image begins; −1 in a row without the placeholder.</summary>
    public int[] ImageStarts { get; }

    /// <summary><c>[rows]</c>: how many embeddings each row's images have together; 0 in a row without the placeholder.</summary>
    public int[] ImageTokens { get; }

    /// <summary>Lays out turns of a training batch, padded on the right.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="rows">Which rows of it.</param>
    /// <param name="imageTokens">One a row of <paramref name="rows"/>: how many embeddings its image has.</param>
    /// <param name="rules">The model's.</param>
    /// <exception cref="FaultException">An id outside the vocabulary, a placeholder where none may be, or a row longer than the
    /// context.</exception>
    public static SequenceLayout Of(TurnBatch batch, ReadOnlySpan<int> rows, ReadOnlySpan<int> imageTokens, SequenceRules rules)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(rules);
        SequenceRow[] laidOut = new SequenceRow[rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            int row = rows[i];
            laidOut[i] = SequenceRow.Of(
                batch.PromptIds.AsSpan(row * batch.PromptWidth, batch.PromptLengths[row]),
                batch.ReplyIds.AsSpan(row * batch.ReplyWidth, batch.ReplyLengths[row]),
                imageTokens.Slice(i, 1),
                0,
                rules,
                row
            );
        }
        return new SequenceLayout(PaddingSide.Right, laidOut);
    }

    /// <summary>Lays out prompts alone, padded on the left.</summary>
    /// <param name="prompts">The prompts.</param>
    /// <param name="imageTokens">One a row: how many embeddings its image has.</param>
    /// <param name="tokensToCome">How many tokens will be read behind the prompts.</param>
    /// <param name="rules">The model's.</param>
    /// <exception cref="FaultException">As for turns.</exception>
    public static SequenceLayout Of(PromptBatch prompts, ReadOnlySpan<int> imageTokens, int tokensToCome, SequenceRules rules)
    {
        ArgumentNullException.ThrowIfNull(prompts);
        ArgumentNullException.ThrowIfNull(rules);
        SequenceRow[] laidOut = new SequenceRow[prompts.Rows];
        for (int row = 0; row < laidOut.Length; row++)
        {
            laidOut[row] = SequenceRow.Of(
                prompts.PromptIds.AsSpan(row * prompts.PromptWidth, prompts.PromptLengths[row]),
                [],
                imageTokens.Slice(row, 1),
                tokensToCome,
                rules,
                row
            );
        }
        return new SequenceLayout(PaddingSide.Left, laidOut);
    }

    /// <summary>The embeddings of all rows, <c>[rows, width, d]</c>; what padding holds is of no account.</summary>
    /// <param name="embed">Embeds text ids: <c>[n]</c> int64 → <c>[n, d]</c>.</param>
    /// <param name="images">The images' embeddings, row after row, <c>[Σ image tokens, d]</c>; null when no row has any.</param>
    /// <param name="device">The model's device.</param>
    public Tensor Embed(Func<Tensor, Tensor> embed, Tensor? images, Device device)
    {
        ArgumentNullException.ThrowIfNull(embed);
        long expected = ImageTokens.Sum();
        if ((images?.shape[0] ?? 0) != expected)
        {
            throw new ArgumentException($"The rows have {expected} image embeddings, but {images?.shape[0] ?? 0} came.", nameof(images));
        }
        using DisposeScope scope = NewDisposeScope();
        Tensor text = embed(tensor(_textIds, device: device)); // [n, d]
        Tensor all = images is null ? text : cat([text, images]);
        return all.index_select(0, tensor(_sources, device: device)).view(Rows, Width, -1).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The position of every column in its row's sequence, <c>[rows, width]</c> int64, or <c>[1, width]</c> with padding on the right;
    /// 0 in padding on the left.
    /// </summary>
    public Tensor PositionIds(Device device)
    {
        int rows = Side == PaddingSide.Right ? 1 : Rows;
        long[] positions = new long[rows * Width];
        for (int i = 0; i < positions.Length; i++)
        {
            positions[i] = Math.Max(0, (i % Width) - Starts[i / Width]);
        }
        return tensor(positions, [rows, Width], device: device);
    }

    /// <summary>How many last columns hold every reply position.</summary>
    public int Tail
    {
        get
        {
            int first = Width;
            for (int row = 0; row < Rows; row++)
            {
                first = Math.Min(first, Starts[row] + PromptLengths[row] - 1);
            }
            return Width - first;
        }
    }

    /// <summary>The states of the reply positions: <c>[rows, tail, d]</c>, of the last columns → <c>[positions, d]</c>.</summary>
    public Tensor AtPositions(Tensor hidden)
    {
        ArgumentNullException.ThrowIfNull(hidden);
        using DisposeScope scope = NewDisposeScope();
        long tail = hidden.shape[1];
        long skipped = Width - tail;
        long[] indices = PositionIndices();
        for (int i = 0; i < indices.Length; i++)
        {
            indices[i] = (indices[i] / Width * tail) + (indices[i] % Width) - skipped;
        }
        return hidden.flatten(0, 1).index_select(0, tensor(indices, device: hidden.device)).MoveToOuterDisposeScope();
    }

    /// <summary>Where the reply positions lie, row after row: indices into <c>[rows · width]</c>.</summary>
    public long[] PositionIndices()
    {
        long[] indices = new long[Positions.Sum()];
        int filled = 0;
        for (int row = 0; row < Rows; row++)
        {
            long first = ((long)row * Width) + Starts[row] + PromptLengths[row] - 1;
            for (int j = 0; j < Positions[row]; j++)
            {
                indices[filled++] = first + j;
            }
        }
        return indices;
    }

    // Where each column's embedding lies among those of all texts, and behind them of all images.
    private long[] Sources(SequenceRow[] rows)
    {
        long[] sources = new long[(long)Rows * Width];
        long text = 0;
        long image = _textIds.Length;
        for (int row = 0; row < Rows; row++)
        {
            Span<long> columns = sources.AsSpan((row * Width) + Starts[row], Lengths[row]);
            int filled = 0;
            foreach ((int start, int tokens) in rows[row].Images)
            {
                text = Count(columns[filled..start], text);
                image = Count(columns.Slice(start, tokens), image);
                filled = start + tokens;
            }
            text = Count(columns[filled..], text);
        }
        return sources;
    }

    private static long Count(Span<long> columns, long next)
    {
        for (int i = 0; i < columns.Length; i++)
        {
            columns[i] = next++;
        }
        return next;
    }
}
