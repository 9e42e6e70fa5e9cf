using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using VlmQ.Cli.Terminal;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Inspection;

namespace VlmQ.Cli.Commands;

/// <summary><c>vlmq inspect</c>: what a dataset holds.</summary>
internal static class InspectCommand
{
    public static Command Create()
    {
        Argument<string> dataset = new("DATASET") { Description = "The folder of a dataset of episodes or transitions." };
        Option<int> rows = new("--rows") { Description = "Rows to show.", DefaultValueFactory = _ => 3 };
        Command command = new("inspect", "Shows what a dataset holds: columns, counts, environments, policies, returns, lengths, success and syntax, and a few rows.\n\nExample:\n  vlmq inspect runs/numberline/episodes/noisy-seed1 --rows 5")
        {
            dataset, rows,
        };
        command.Runs(async (parsed, shell, token) =>
        {
            if (Invocation.AtLeast("--rows", parsed.GetValue(rows), 0) is { } wrong)
            {
                return wrong;
            }
            return (await DatasetInspector.InspectAsync(parsed.GetValue(dataset)!, parsed.GetValue(rows), token).ConfigureAwait(false)).Map(summary =>
            {
                shell.Result(JsonNode.Parse(summary.ToJson())!, _ => Text(summary));
                return ExitCode.Done;
            });
        });
        return command;
    }

    private static string Text(DatasetSummary summary)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"{summary.Folder}: {summary.Manifest.Format}{(summary.Manifest.Complete ? "" : " (not complete)")}\n");
        text.Append(CultureInfo.InvariantCulture, $"{summary.Manifest.Episodes:n0} episodes, {summary.Manifest.Turns:n0} turns, {summary.Manifest.Rows:n0} rows, {summary.Manifest.Parts.Length} parts, {summary.Manifest.Bytes:n0} bytes, {summary.Manifest.Rejects} rejects\n\n");
        text.Append(TextTable.Render(["column", "type", "meaning"], [.. summary.Columns.Select(column => (IReadOnlyList<string>)[column.Name, column.Type, column.Meaning])])).Append('\n');
        text.Append(TextTable.Render(
            ["environment", "policy", "episodes", "turns", "length", "return", "success", "syntax", "terminated"],
            [.. summary.Groups.Select(group => (IReadOnlyList<string>)[group.Environment, group.Policy, Number($"{group.Episodes}"), Number($"{group.Turns}"), Range(group.Length), Range(group.Return), group.SuccessRate is { } success ? Percent(success) : "", Percent(group.SyntaxRate), Percent(group.TerminatedRate)])]));
        text.Append(summary.PromptTokens is { } prompt ? $"prompt tokens {Range(prompt)}, " : "").Append(summary.ReplyTokens is { } reply ? $"reply tokens {Range(reply)}\n" : "");
        foreach (SampleRow row in summary.Rows)
        {
            text.Append('\n');
            foreach ((string name, string value) in row.Values)
            {
                text.Append(CultureInfo.InvariantCulture, $"  {name}: {value}\n");
            }
        }
        return text.ToString();
    }

    private static string Range(NumberRange range) => Number($"{range.Least:g4} … {range.Mean:g4} … {range.Greatest:g4}");

    private static string Percent(double share) => Number($"{100 * share:f1}%");

    private static string Number(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
