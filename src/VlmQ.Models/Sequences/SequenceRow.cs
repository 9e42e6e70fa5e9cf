using VlmQ.Core.Episodes;

namespace VlmQ.Models.Sequences;

/// <summary>One row of a <see cref="SequenceLayout"/>.</summary>
/// <param name="TextIds">Its text ids, prompt and reply, without the placeholder.</param>
/// <param name="Length">Its elements, image embeddings counted.</param>
/// <param name="PromptLength">Those of its prompt.</param>
/// <param name="ImageStart">The element at which the image begins; −1 without.</param>
/// <param name="ImageTokens">Embeddings of the image; 0 without.</param>
internal sealed record SequenceRow(List<long> TextIds, int Length, int PromptLength, int ImageStart, int ImageTokens)
{
    /// <summary>Lays out a prompt and a reply.</summary>
    public static SequenceRow Of(
        ReadOnlySpan<int> prompt,
        ReadOnlySpan<int> reply,
        int imageTokens,
        int tokensToCome,
        SequenceRules rules,
        int row
    )
    {
        List<long> ids = new(prompt.Length + reply.Length + 1);
        if (rules.FirstId is { } first && (prompt.IsEmpty || prompt[0] != first))
        {
            ids.Add(first);
        }
        int imageStart = -1;
        foreach (int id in prompt)
        {
            if (id != rules.Placeholder)
            {
                ids.Add(TurnText.Checked(id, rules.Vocabulary, row));
                continue;
            }
            if (imageStart >= 0)
            {
                throw Wrong("a prompt has more than one image placeholder, but a turn has one picture", row);
            }
            imageStart = ids.Count;
        }
        if (rules.ImageFirst && imageStart > (rules.FirstId is null ? 0 : 1))
        {
            throw Wrong($"the image placeholder stands behind {imageStart} text tokens, but this model reads the image first", row);
        }
        int shown = imageStart < 0 ? 0 : imageTokens;
        int promptLength = ids.Count + shown;
        if (promptLength == 0)
        {
            throw Wrong("a prompt has no token", row);
        }
        for (int j = 0; j < reply.Length - 1; j++)
        {
            ids.Add(TurnText.Checked(reply[j], rules.Vocabulary, row));
        }
        int length = ids.Count + shown;
        if (length + tokensToCome > rules.ContextLength)
        {
            throw new FaultException(
                Fault.Data(
                    $"prompt, image and reply take {length + tokensToCome} elements, but the model's context holds {rules.ContextLength}",
                    $"row {row} of the batch",
                    "shorten the prompt or its history, or the longest reply"
                )
            );
        }
        return new SequenceRow(ids, length, promptLength, imageStart, shown);
    }

    private static FaultException Wrong(string what, int row) =>
        new(Fault.Data(what, $"row {row} of the batch", "convert the episodes with the model's own template"));
}
