using System.CommandLine;
using VlmQ.Cli.Configuration;
using VlmQ.Core.Episodes;

namespace VlmQ.Cli.Commands;

/// <summary><c>--set key=value</c>, on every command that has configuration.</summary>
internal static class SetOption
{
    /// <summary>The option.</summary>
    /// <param name="example">Keys that the command knows.</param>
    public static Option<string[]> Create(string example) =>
        new("--set")
        {
            Description = $"Sets one value of the configuration, for example {example}; may be given many times.",
            HelpName = "key=value",
            AllowMultipleArgumentsPerToken = false,
        };

    /// <summary>A configuration that consists of defaults and settings alone.</summary>
    public static Result<T> Configure<T>(IReadOnlyList<string>? assignments)
        where T : class => Apply(YamlDocument.Parse("", "--set"), assignments).Bind(YamlBinder.Bind<T>);

    /// <summary>A document with settings applied, from the first to the last.</summary>
    public static Result<YamlDocument> Apply(Result<YamlDocument> document, IReadOnlyList<string>? assignments) =>
        (assignments ?? []).Aggregate(document, (result, assignment) => result.Bind(whole => whole.Set(assignment)));
}
