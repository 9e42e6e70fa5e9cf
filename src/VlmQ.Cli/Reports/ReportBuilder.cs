using System.Collections.Immutable;
using System.Text.Json.Nodes;
using VlmQ.Cli.Configuration;
using VlmQ.Cli.Pipelines;

namespace VlmQ.Cli.Reports;

/// <summary>Gathers what a run's report shows.</summary>
internal static class ReportBuilder
{
    private static readonly (string Title, string Key, string Unit)[] Curves =
    [
        ("Actor loss", "actor_loss", "nats a token"),
        ("Critic loss", "critic_loss", "squared return"),
        ("Tokens that the filter keeps", "kept", "share"),
        ("Entropy of the policy", "entropy", "nats a token"),
        ("Mean target", "target", "return"),
        ("Gradient norm", "gradient_norm", "before clipping"),
    ];

    public static ReportData Build(
        PipelineConfiguration pipeline, ImmutableArray<SummaryResult> results, IReadOnlyList<string> metrics, ImmutableArray<SampleTurn> samples, Provenance provenance)
    {
        JsonNode[] lines = [.. metrics.Select(line => JsonNode.Parse(line)!)];
        bool supervised(JsonNode line) => (string?)line["method"] == "sft";
        return new ReportData(
            pipeline.Name,
            pipeline.Description,
            results,
            [.. Curves.Select(curve => Draw(curve, curve.Key is "critic_loss" or "kept" or "target" ? lines.Where(line => !supervised(line)) : lines))],
            samples,
            [
                .. provenance.Versions.Select(pair => (pair.Key, pair.Value)),
                .. provenance.Machine.Select(pair => (pair.Key, pair.Value)),
                .. provenance.Inputs.Select(pair => (pair.Key, pair.Value)),
                .. provenance.Outputs.Select(pair => (pair.Key, pair.Value)),
            ]);
    }

    private static Chart Draw((string Title, string Key, string Unit) curve, IEnumerable<JsonNode> lines) => new(
        curve.Title,
        curve.Unit,
        [
            .. lines
                .GroupBy(line => $"{line["data"]}, seed {line["seed"]}, {line["method"]}")
                .Select(group => new ChartSeries(group.Key, [.. Thin([.. group]).Select(line => ((double)line["metrics"]!["step"]!, (double)line["metrics"]![curve.Key]!))])),
        ]);

    /// <summary>At most 300 points a line: a page must open at once.</summary>
    private static IEnumerable<JsonNode> Thin(JsonNode[] lines)
    {
        int stride = Math.Max(1, lines.Length / 300);
        return lines.Where((_, i) => i % stride == 0 || i == lines.Length - 1);
    }
}
