using System.CommandLine;
using VlmQ.Cli.Terminal;
using VlmQ.Core.Environments;
using VlmQ.Core.Episodes;

namespace VlmQ.Cli.Commands.Env;

/// <summary><c>vlmq env list</c>: the environments there are.</summary>
internal static class EnvListCommand
{
    public static Command Create()
    {
        ExampleCommand command = new(
            "list",
            "Lists the environments: names, ids, actions and the most steps of an episode.",
            "vlmq env list --json"
        );
        command.Runs(
            (_, shell, _) =>
            {
                shell.Result(
                    new
                    {
                        environments = EnvironmentCatalog.All.Select(entry => new
                        {
                            entry.Name,
                            entry.Id,
                            entry.Environment.Actions,
                            entry.Environment.StepLimit,
                            Expert = entry.Environment is IHasExpert,
                        }),
                    },
                    listed =>
                        TextTable.Render(
                            ["name", "id", "steps", "actions"],
                            [
                                .. listed.environments.Select(one =>
                                    (IReadOnlyList<string>)
                                        [one.Name, one.Id, NumberText.Of($"{one.StepLimit}"), string.Join("  ", one.Actions)]
                                ),
                            ]
                        )
                );
                return Task.FromResult<Result<int>>(ExitCode.Done);
            }
        );
        return command;
    }
}
