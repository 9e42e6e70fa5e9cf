using System.CommandLine;
using VlmQ.Datasets.Selection;

namespace VlmQ.Cli.Commands.Dataset;

/// <summary><c>vlmq dataset filter</c>: takes the episodes that a condition holds for.</summary>
internal static class FilterCommand
{
    public static Command Create()
    {
        Argument<string> dataset = DatasetCommand.Argument();
        Argument<string> filter = new("FILTER")
        {
            Description =
                "A condition with == != < <= > >= and, or, not, brackets, numbers, 'texts', true, false, null, on: episode_id, length "
                + "(turns), return, syntax (share of replies that parsed), terminated, truncated; of episodes also env, policy, goal, seed, "
                + "success; of transitions also prompt_tokens (of the longest prompt), reply_tokens.",
        };
        ExampleCommand command = new(
            "filter",
            "Takes the episodes that a condition holds for; a comparison with a missing value does not hold.",
            "vlmq dataset filter episodes 'success and return > 0 and length <= 5' --out good"
        )
        {
            dataset,
            filter,
        };
        command.Remakes(
            "the episodes kept",
            (parsed, remake) =>
                DatasetSelection.FilterAsync(
                    parsed.GetValue(dataset)!,
                    parsed.GetValue(filter)!,
                    remake.Target,
                    remake.Writer,
                    remake.Progress,
                    remake.Token
                )
        );
        return command;
    }
}
