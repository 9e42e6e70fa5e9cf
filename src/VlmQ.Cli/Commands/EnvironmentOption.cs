using System.CommandLine;
using VlmQ.Core.Environments;
using VlmQ.Core.Episodes;

namespace VlmQ.Cli.Commands;

/// <summary>The environment of a command, as an argument or as <c>--env</c>.</summary>
internal sealed class EnvironmentOption
{
    /// <summary>What the help says of it.</summary>
    public const string Description = "The environment's name or id; `vlmq env list` lists them.";

    private readonly Argument<string?> _argument = new("ENVIRONMENT") { Description = Description, Arity = ArgumentArity.ZeroOrOne };

    private readonly Option<string?> _option = new("--env") { Description = "The same as ENVIRONMENT.", HelpName = "ENVIRONMENT" };

    public void AddTo(Command command)
    {
        command.Add(_argument);
        command.Add(_option);
    }

    public Result<IEnvironment> Of(ParseResult parsed) =>
        (parsed.GetValue(_argument), parsed.GetValue(_option)) switch
        {
            (null, null) => Fault.Configuration("no environment is named", remedy: "name one; `vlmq env list` lists them"),
            (not null, not null) => Fault.Configuration("the environment is named twice", "--env"),
            var (argument, option) => EnvironmentCatalog.Find((argument ?? option)!),
        };
}
