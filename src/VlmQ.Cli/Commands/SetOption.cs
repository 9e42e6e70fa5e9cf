using System.CommandLine;
using VlmQ.Cli.Configuration;
using VlmQ.Core.Episodes;
using YamlDotNet.RepresentationModel;

namespace VlmQ.Cli.Commands;

/// <summary><c>--set key=value</c>, on every command that has configuration.</summary>
internal static class SetOption
{
    public static Option<string[]> Set { get; } = new("--set")
    {
        Description = "Sets one value of the configuration, for example train.steps=100 or data[0].turns=600; may be given many times.",
        HelpName = "key=value",
        AllowMultipleArgumentsPerToken = false,
    };

    /// <summary>A configuration that consists of defaults and settings alone.</summary>
    public static Result<T> Configure<T>(IReadOnlyList<string>? assignments)
        where T : class =>
        (assignments ?? [])
            .Aggregate(YamlText.Parse("", "--set"), (node, assignment) => node.Bind(value => YamlText.Set(value, assignment)))
            .Bind(new YamlBinder("--set").Bind<T>);
}
