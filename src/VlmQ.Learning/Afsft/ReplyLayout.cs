using VlmQ.Core.Tokens;

namespace VlmQ.Learning;

/// <summary>
/// Where the reply tokens of a batch lie when they are packed without padding: first the tokens of all trained rows, row after row
/// (N of them), and apart from them one position for each row that is only bootstrapped from.
/// </summary>
public sealed class ReplyLayout
{
    /// <summary>Packs a batch.</summary>
    public ReplyLayout(TurnBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        List<int> trained = [];
        List<int> bootstrap = [];
        Place = new int[batch.Rows];
        for (int row = 0; row < batch.Rows; row++)
        {
            List<int> rows = batch.ReplyLengths[row] > 0 ? trained : bootstrap;
            Place[row] = rows.Count;
            rows.Add(row);
        }
        TrainedRows = [.. trained];
        BootstrapRows = [.. bootstrap];
        Starts = new int[trained.Count + 1];
        for (int i = 0; i < trained.Count; i++)
        {
            Starts[i + 1] = Starts[i] + batch.ReplyLengths[trained[i]];
        }
    }

    /// <summary>The rows that have a reply, in the batch's order.</summary>
    public int[] TrainedRows { get; }

    /// <summary>The rows that have none.</summary>
    public int[] BootstrapRows { get; }

    /// <summary>A row's place among <see cref="TrainedRows"/>, or among <see cref="BootstrapRows"/>.</summary>
    public int[] Place { get; }

    /// <summary>The first token of each trained row, and N at the end.</summary>
    public int[] Starts { get; }

    /// <summary>N: reply tokens of all trained rows.</summary>
    public int Tokens => Starts[^1];

    /// <summary>The reply tokens, packed.</summary>
    public long[] Actions(TurnBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        long[] actions = new long[Tokens];
        for (int i = 0; i < TrainedRows.Length; i++)
        {
            for (int j = 0; j < Starts[i + 1] - Starts[i]; j++)
            {
                actions[Starts[i] + j] = batch.ReplyIds[(TrainedRows[i] * batch.ReplyWidth) + j];
            }
        }
        return actions;
    }
}
