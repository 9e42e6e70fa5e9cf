using System.CommandLine;
using VlmQ.Cli.Configuration;
using VlmQ.Cli.Pipelines.Stages;
using VlmQ.Cli.Terminal;
using VlmQ.Collection;
using VlmQ.Core.Episodes;
using VlmQ.Core.Prompting;

namespace VlmQ.Cli.Commands;

/// <summary>The options that say how replies are read, and the table of those that named no action.</summary>
internal sealed class ReplyOptions
{
    private readonly Option<string> _parser = Options.Of(
        "--parser",
        $"{string.Join(", ", ActionParser.All.Select(p => p.Name))}.",
        "strict"
    );

    private readonly Option<double> _penalty = Options.Of("--penalty", "What a reply that names no action earns.", -1.0);

    private readonly Option<string> _invalid = Options.Of(
        "--invalid",
        "What happens where a reply names no action: noop, or random for a random action in its place.",
        "noop"
    );

    public void AddTo(Command command)
    {
        command.Add(_parser);
        command.Add(_penalty);
        command.Add(_invalid);
    }

    /// <summary>The rules.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="otherwise">What is taken for what is left out; null for the usual.</param>
    public Result<ReplyRules> Of(ParseResult parsed, ReplyConfiguration? otherwise = null) =>
        ReplyRules.Of(
            parsed.ValueOr(_parser, otherwise?.Parser),
            parsed.ValueOr(_penalty, otherwise?.Penalty),
            parsed.ValueOr(_invalid, otherwise?.Invalid)
        );

    /// <summary>The failures one a line, the most frequent first; nothing where there are none.</summary>
    public static string Table(ReplyCounts replies) =>
        replies.Replies == replies.Valid
            ? ""
            : TextTable.Render(
                ["replies that named no action", "count", "share"],
                [
                    .. replies
                        .Failures.Rows.Select(row => (Name: FailureTable.NameOf(row.Failure), row.Count))
                        .Append((Name: "(not known why)", Count: replies.Unexplained))
                        .Where(row => row.Count > 0)
                        .Select(row =>
                            (IReadOnlyList<string>)
                                [row.Name, NumberText.Of($"{row.Count}"), NumberText.Percent((double)row.Count / replies.Replies)]
                        ),
                ]
            );
}
