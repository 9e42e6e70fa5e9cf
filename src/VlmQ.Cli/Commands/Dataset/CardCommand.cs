using System.Collections.Immutable;
using System.CommandLine;
using VlmQ.Cli.Reports;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Columns;
using VlmQ.Datasets.Episodes;
using VlmQ.Datasets.Inspection;
using VlmQ.Datasets.Manifest;
using VlmQ.Datasets.Storage;
using VlmQ.Datasets.Writing;

namespace VlmQ.Cli.Commands.Dataset;

/// <summary><c>vlmq dataset card</c>: prints a dataset's card.</summary>
internal static class CardCommand
{
    public static Command Create()
    {
        Argument<string> dataset = DatasetCommand.Argument();
        ExampleCommand command = new(
            "card",
            "Prints a dataset's card: what is in it and what it was made from, as Hugging Face `datasets` reads it; and of episodes how many "
                + "replies named an action, and what was wrong with the others.",
            "vlmq dataset card runs/numberline/episodes/noisy-seed1"
        )
        {
            dataset,
        };
        command.Runs(
            async (parsed, shell, token) =>
            {
                string folder = parsed.GetValue(dataset)!;
                string card = DatasetCard.Read(folder).OrThrow();
                ImmutableArray<ReplyGroup> replies = await RepliesAsync(folder, token).ConfigureAwait(false);
                shell.Result(
                    new { card, replies = replies.Select(group => group.Facts) },
                    result =>
                        result.card
                        + (
                            replies.IsEmpty
                                ? ""
                                : "\nReplies that named an action, and what was wrong with the others:\n\n" + ReplyTable.Markdown(replies)
                        )
                );
                return ExitCode.Done;
            }
        );
        return command;
    }

    /// <summary>What the card in the folder does not hold, since it is written before all replies are known; nothing of transitions.</summary>
    private static async Task<ImmutableArray<ReplyGroup>> RepliesAsync(string folder, CancellationToken token) =>
        DatasetFiles.Open(folder, token).Bind(ManifestFile.Open).OrThrow().Kind == DatasetKind.Episodes
            ? await DatasetReplies.CountAsync(EpisodeDataset.OpenReader(folder, null, token).OrThrow(), token).ConfigureAwait(false)
            : [];
}
