using System.Globalization;
using System.Text.Json;

namespace VlmQ.Benchmarks.Harness;

/// <summary>A benchmark's results as a table for people or one JSON document.</summary>
internal static class Report
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary><c>{"results": [{"case", "value", "unit", "peer", "peer_value", "ratio"}, …]}</c> on one line.</summary>
    public static string Json(IReadOnlyList<BenchmarkResult> results) => JsonSerializer.Serialize(new { results }, Options);

    /// <summary>A Markdown table.</summary>
    public static string Table(IReadOnlyList<BenchmarkResult> results)
    {
        StringWriter table = new(CultureInfo.InvariantCulture);
        table.WriteLine("| case | ours | peer | ratio | unit | peer is |");
        table.WriteLine("|---|---:|---:|---:|---|---|");
        foreach (BenchmarkResult result in results)
        {
            table.WriteLine(
                $"| {result.Case} | {Number(result.Value)} | {Number(result.PeerValue)} | {result.Ratio:0.00} | {result.Unit} | {result.Peer} |"
            );
        }
        return table.ToString();
    }

    private static string Number(double? value) =>
        value switch
        {
            null => "",
            >= 100 => value.Value.ToString("N0", CultureInfo.InvariantCulture),
            >= 1 => value.Value.ToString("0.00", CultureInfo.InvariantCulture),
            _ => value.Value.ToString("G3", CultureInfo.InvariantCulture),
        };
}
