using System.CommandLine;
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
            "Prints a dataset's card: what is in it and what it was made from, as Hugging Face `datasets` reads it.",
            "vlmq dataset card runs/numberline/episodes/noisy-seed1"
        )
        {
            dataset,
        };
        command.Runs(
            (parsed, shell, _) =>
                Task.FromResult(
                    DatasetCard
                        .Read(parsed.GetValue(dataset)!)
                        .Map(card =>
                        {
                            shell.Result(new { card }, result => result.card);
                            return ExitCode.Done;
                        })
                )
        );
        return command;
    }
}
