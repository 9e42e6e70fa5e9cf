using System.CommandLine;
using VlmQ.Cli.Configuration;
using VlmQ.Core.Episodes;

namespace VlmQ.Cli.Commands;

/// <summary><c>--set key=value</c>, on every command that has configuration.</summary>
internal static class SetOption
{
    /// <summary>The option.</summary>
    /// <param name="example">A setting that the command knows.</param>
    /// <param name="another">Another one.</param>
    public static Option<string[]> Create(string example, string another) =>
        new("--set")
        {
            Description = $"Sets one value of the configuration, for example {example} or {another}; may be given many times.",
            HelpName = "key=value",
            AllowMultipleArgumentsPerToken = false,
        };

    /// <summary>A configuration that consists of defaults and settings alone.</summary>
    /// <param name="assignments">What was set.</param>
    /// <param name="example">What <see cref="Create"/> was given.</param>
    public static Result<T> Configure<T>(IReadOnlyList<string>? assignments, string example)
        where T : class => Apply(YamlDocument.Parse("", "--set"), assignments, example).Bind(YamlBinder.Bind<T>);

    /// <summary>A document with settings applied, from the first to the last.</summary>
    /// <param name="document">The document.</param>
    /// <param name="assignments">What was set.</param>
    /// <param name="example">What <see cref="Create"/> was given.</param>
    public static Result<YamlDocument> Apply(Result<YamlDocument> document, IReadOnlyList<string>? assignments, string example) =>
        (assignments ?? []).Aggregate(document, (result, assignment) => result.Bind(whole => whole.Set(assignment, example)));
}
