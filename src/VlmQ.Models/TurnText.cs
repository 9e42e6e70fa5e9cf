using VlmQ.Core.Episodes;
using VlmQ.Core.Tokens;
using VlmQ.Models.Generation;

namespace VlmQ.Models;

/// <summary>
/// The text of some rows, laid out for a causal model: the image placeholder is left out, then prompt and reply follow each other
/// but for the reply's last token, which nothing is predicted from; padding is on the right, where a causal model never looks.
/// Position j of a row is the state before its reply token j; a row without reply has position 0 alone, the state after its prompt.
/// </summary>
public sealed class TurnText
{
    private TurnText(long[] ids, int width, int[] promptLengths, int[] positions)
    {
        Ids = ids;
        Width = width;
        PromptLengths = promptLengths;
        Positions = positions;
        ShortestPrompt = promptLengths.Min();
        Tail = width - ShortestPrompt + 1;
        Total = positions.Sum();
    }

    /// <summary><c>[rows, width]</c>, padded with zeros.</summary>
    public long[] Ids { get; }

    /// <summary>T: text tokens of a row, padding included.</summary>
    public int Width { get; }

    /// <summary><c>[rows]</c>: text tokens of each prompt, at least 1.</summary>
    public int[] PromptLengths { get; }

    /// <summary><c>[rows]</c>: positions of each row, at least 1.</summary>
    public int[] Positions { get; }

    /// <summary>The shortest of <see cref="PromptLengths"/>.</summary>
    public int ShortestPrompt { get; }

    /// <summary>Columns at the end that hold every position of every row.</summary>
    public int Tail { get; }

    /// <summary>All positions of all rows.</summary>
    public int Total { get; }

    /// <summary>Number of rows.</summary>
    public int Rows => Positions.Length;

    /// <summary>Lays out turns of a training batch.</summary>
    /// <exception cref="FaultException">An id outside the vocabulary, or a prompt without text.</exception>
    public static TurnText Of(TurnBatch batch, ReadOnlySpan<int> rows, int placeholder, int vocabulary)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return Of(
            batch.PromptIds,
            batch.PromptWidth,
            batch.PromptLengths,
            batch.ReplyIds,
            batch.ReplyWidth,
            batch.ReplyLengths,
            rows,
            placeholder,
            vocabulary
        );
    }

    /// <summary>Lays out prompts alone.</summary>
    /// <exception cref="FaultException">An id outside the vocabulary, or a prompt without text.</exception>
    public static TurnText Of(PromptBatch prompts, int placeholder, int vocabulary)
    {
        ArgumentNullException.ThrowIfNull(prompts);
        int[] rows = [.. Enumerable.Range(0, prompts.Rows)];
        return Of(
            prompts.PromptIds,
            prompts.PromptWidth,
            prompts.PromptLengths,
            [],
            0,
            new int[prompts.Rows],
            rows,
            placeholder,
            vocabulary
        );
    }

    /// <summary>
    /// Where each position lies among the last <see cref="Tail"/> columns, row by row: indices into <c>[rows · tail]</c>. Null when they
    /// are simply all of them, in order.
    /// </summary>
    public long[]? PositionsInTail()
    {
        if (Total == Rows * Tail)
        {
            return null;
        }
        long[] indices = new long[Total];
        int filled = 0;
        for (int row = 0; row < Rows; row++)
        {
            int first = (row * Tail) + PromptLengths[row] - ShortestPrompt;
            for (int j = 0; j < Positions[row]; j++)
            {
                indices[filled++] = first + j;
            }
        }
        return indices;
    }

    private static TurnText Of(
        ReadOnlySpan<int> promptIds,
        int promptWidth,
        ReadOnlySpan<int> promptLengths,
        ReadOnlySpan<int> replyIds,
        int replyWidth,
        ReadOnlySpan<int> replyLengths,
        ReadOnlySpan<int> rows,
        int placeholder,
        int vocabulary
    )
    {
        int[] lengths = new int[rows.Length];
        int[] positions = new int[rows.Length];
        int width = 0;
        for (int i = 0; i < rows.Length; i++)
        {
            ReadOnlySpan<int> prompt = promptIds.Slice(rows[i] * promptWidth, promptLengths[rows[i]]);
            lengths[i] = prompt.Length - prompt.Count(placeholder);
            if (lengths[i] == 0)
            {
                throw new FaultException(Fault.Data("a prompt has no text token", $"row {rows[i]} of the batch"));
            }
            positions[i] = Math.Max(replyLengths[rows[i]], 1);
            width = Math.Max(width, lengths[i] + positions[i] - 1);
        }
        long[] ids = new long[rows.Length * width];
        for (int i = 0; i < rows.Length; i++)
        {
            Span<long> destination = ids.AsSpan(i * width, width);
            foreach (int id in promptIds.Slice(rows[i] * promptWidth, promptLengths[rows[i]]))
            {
                if (id != placeholder)
                {
                    destination[0] = Checked(id, vocabulary, rows[i]);
                    destination = destination[1..];
                }
            }
            for (int j = 0; j < positions[i] - 1; j++)
            {
                destination[j] = Checked(replyIds[(rows[i] * replyWidth) + j], vocabulary, rows[i]);
            }
        }
        return new TurnText(ids, width, lengths, positions);
    }

    internal static long Checked(int id, int vocabulary, int row) =>
        (uint)id < (uint)vocabulary
            ? id
            : throw new FaultException(
                Fault.Data(
                    $"token id {id} is outside the model's vocabulary of {vocabulary}",
                    $"row {row} of the batch",
                    "convert the episodes with the model's own tokenizer"
                )
            );
}
