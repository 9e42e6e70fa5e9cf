using System.CommandLine;

namespace VlmQ.Cli.Commands.Env;

/// <summary><c>vlmq env</c>: looking at environments and playing them.</summary>
internal static class EnvCommand
{
    public static Command Create() =>
        new ExampleCommand("env", "Lists the environments, shows them, and lets a person play them.", "vlmq env list")
        {
            EnvListCommand.Create(),
            EnvShowCommand.Create(),
            EnvPlayCommand.Create(),
        };
}
