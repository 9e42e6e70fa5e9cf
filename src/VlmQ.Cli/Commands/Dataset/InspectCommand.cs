using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using VlmQ.Cli.Reports;
using VlmQ.Cli.Terminal;
using VlmQ.Core.Episodes;
using VlmQ.Core.Imaging;
using VlmQ.Datasets.Images;
using VlmQ.Datasets.Inspection;
using VlmQ.Datasets.Manifest;

namespace VlmQ.Cli.Commands.Dataset;

/// <summary><c>vlmq dataset inspect</c>, and <c>vlmq inspect</c> for short: what a dataset holds.</summary>
internal static class InspectCommand
{
    // Columns of a terminal that a picture takes.
    private const int PictureWidth = 48;

    // Characters of a value beyond which its middle is left out; --json has all of it.
    private const int ValueLimit = 4000;

    /// <param name="path">The words that name the command, for its example.</param>
    public static Command Create(string path)
    {
        Argument<string> dataset = new("DATASET") { Description = Options.DatasetOf("episodes or transitions") };
        Option<int> rows = Options.Of("--rows", "Rows to show.", 3);
        ExampleCommand command = new(
            "inspect",
            "Shows what a dataset holds: columns, counts, environments, policies, returns, lengths, success and syntax, and a few rows; in a "
                + "terminal with their pictures.",
            path + " runs/numberline/episodes/noisy-seed1 --rows 5"
        )
        {
            dataset,
            rows,
        };
        command.Watches(
            "episodes",
            parsed => parsed.AtLeast(rows, 0),
            (parsed, progress, token) => DatasetInspector.InspectAsync(parsed.GetValue(dataset)!, parsed.GetValue(rows), progress, token),
            (_, shell, summary) =>
            {
                shell.Result(JsonNode.Parse(summary.ToJson())!, _ => Text(summary, shell.DrawsPictures));
                return ExitCode.Done;
            }
        );
        return command;
    }

    private static string Text(DatasetSummary summary, bool pictures)
    {
        DatasetManifest manifest = summary.Manifest;
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"{summary.Folder}: {manifest.Format}{(manifest.Complete ? "" : " (not complete)")}\n");
        text.Append(CultureInfo.InvariantCulture, $"{manifest.Episodes:n0} episodes, {manifest.Turns:n0} turns, {manifest.Rows:n0} rows, ");
        text.Append(CultureInfo.InvariantCulture, $"{manifest.Parts.Length} parts, {manifest.Bytes:n0} bytes, ");
        text.Append(CultureInfo.InvariantCulture, $"{manifest.Rejects} rejects\n\n");
        text.Append(
                TextTable.Render(
                    ["column", "type", "meaning"],
                    [.. summary.Columns.Select(column => (IReadOnlyList<string>)[column.Name, column.Type, column.Meaning])]
                )
            )
            .Append('\n');
        text.Append(
            TextTable.Render(
                ["environment", "policy", "episodes", "turns", "length", "return", "success", "syntax", "terminated"],
                [.. summary.Groups.Select(Cells)]
            )
        );
        text.Append(summary.PromptTokens is { } prompt ? $"prompt tokens {Range(prompt)}, " : "");
        text.Append(summary.ReplyTokens is { } reply ? $"reply tokens {Range(reply)}\n" : "");
        text.Append(ReplyTable.Of(summary.Replies));
        foreach (SampleRow row in summary.Rows)
        {
            text.Append('\n');
            foreach ((string name, string value) in row.Values)
            {
                text.Append(CultureInfo.InvariantCulture, $"  {name}: {VisibleText.Of(value, ValueLimit)}\n");
            }
            text.Append(pictures ? Drawn(row.Picture) : "");
        }
        return text.ToString();
    }

    // What does not decode is not drawn; the row says so in words.
    private static string Drawn(ImmutableArray<byte> picture) =>
        PictureCodec.Decode(picture.AsSpan(), "") is Result<RgbImage>.Ok ok ? HalfBlocks.Draw(ok.Value, PictureWidth) : "";

    private static IReadOnlyList<string> Cells(EpisodeGroup group) =>
        [
            group.Environment,
            group.Policy,
            NumberText.Of($"{group.Episodes}"),
            NumberText.Of($"{group.Turns}"),
            Range(group.Length),
            Range(group.Return),
            group.SuccessRate is { } success ? NumberText.Percent(success) : "",
            NumberText.Percent(group.SyntaxRate),
            NumberText.Percent(group.TerminatedRate),
        ];

    private static string Range(NumberRange range) => NumberText.Of($"{range.Least:g4} … {range.Mean:g4} … {range.Greatest:g4}");
}
