using VlmQ.Core.Episodes;

namespace VlmQ.Models.Sequences;

/// <summary>One row of a <see cref="SequenceLayout"/>.</summary>
/// <param name="TextIds">Its text ids, prompt and reply, without the placeholder.</param>
/// <param name="Length">Its elements, image embeddings counted.</param>
/// <param name="PromptLength">Those of its prompt.</param>
/// <param name="Images">The element at which each image begins, and how many embeddings it has.</param>
internal sealed record SequenceRow(List<long> TextIds, int Length, int PromptLength, IReadOnlyList<(int Start, int Tokens)> Images)
{
    /// <summary>Lays out a prompt and a reply.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="reply">The reply; empty for none.</param>
    /// <param name="imageTokens">How many embeddings each of the row's images has. A prompt may leave its images out.</param>
    /// <param name="tokensToCome">How many tokens will be read behind the row.</param>
    /// <param name="rules">The model's.</param>
    /// <param name="row">The row's number, for faults.</param>
    public static SequenceRow Of(
        ReadOnlySpan<int> prompt,
        ReadOnlySpan<int> reply,
        ReadOnlySpan<int> imageTokens,
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
        List<(int Start, int Tokens)> images = [];
        int shown = 0;
        foreach (int id in prompt)
        {
            if (id != rules.Placeholder)
            {
                ids.Add(TurnText.Checked(id, rules.Vocabulary, row));
                continue;
            }
            if (images.Count == imageTokens.Length)
            {
                throw Wrong(
                    imageTokens.Length == 1
                        ? "a prompt has more than one image placeholder, but a turn has one picture"
                        : $"a prompt has more image placeholders than the {imageTokens.Length} pictures of its turn",
                    row
                );
            }
            if (rules.ImageFirst && ids.Count > (rules.FirstId is null ? 0 : 1))
            {
                throw Wrong($"the image placeholder stands behind {ids.Count} text tokens, but this model reads the image first", row);
            }
            images.Add((ids.Count + shown, imageTokens[images.Count]));
            shown += images[^1].Tokens;
        }
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
        return new SequenceRow(ids, length, promptLength, images);
    }

    private static FaultException Wrong(string what, int row) =>
        new(Fault.Data(what, $"row {row} of the batch", "convert the episodes with the model's own template"));
}
