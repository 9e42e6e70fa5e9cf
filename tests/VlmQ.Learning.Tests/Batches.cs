using VlmQ.Core.Tokens;

namespace VlmQ.Learning.Tests;

/// <summary>Small batches built by hand.</summary>
internal static class Batches
{
    /// <summary>Turns with one-pixel-wide bookkeeping: prompts of one text token, pictures all black unless given.</summary>
    public static TurnBatch Of(params TurnRow[] rows)
    {
        int prompt = rows.Max(row => row.Prompt.Length);
        int reply = Math.Max(1, rows.Max(row => row.Reply.Length));
        int imageSize = rows[0].ImageSize;
        TurnBatch batch = new()
        {
            Rows = rows.Length,
            ImageHeight = imageSize,
            ImageWidth = imageSize,
            Images = new byte[rows.Length * imageSize * imageSize * 3],
            PromptWidth = prompt,
            PromptIds = new int[rows.Length * prompt],
            PromptLengths = [.. rows.Select(row => row.Prompt.Length)],
            ReplyWidth = reply,
            ReplyIds = new int[rows.Length * reply],
            ReplyLengths = [.. rows.Select(row => row.Reply.Length)],
            Rewards = new float[rows.Length * reply],
            Valid = [.. rows.Select(_ => true)],
            Terminated = [.. rows.Select(row => row.Terminated)],
            NextRow = [.. rows.Select(row => row.Next)],
            ReturnToGo = new float[rows.Length],
        };
        for (int i = 0; i < rows.Length; i++)
        {
            rows[i].Prompt.CopyTo(batch.PromptIds, i * prompt);
            rows[i].Reply.CopyTo(batch.ReplyIds, i * reply);
            if (rows[i].Reply.Length > 0)
            {
                batch.Rewards[(i * reply) + rows[i].Reply.Length - 1] = rows[i].Reward;
            }
            rows[i].Image?.CopyTo(batch.Images, i * imageSize * imageSize * 3);
        }
        return batch;
    }
}

/// <summary>One row of a batch.</summary>
internal sealed record TurnRow(
    int[] Prompt,
    int[] Reply,
    float Reward = 0,
    int Next = -1,
    bool Terminated = false,
    byte[]? Image = null,
    int ImageSize = 1
);
