using System.Collections.Immutable;
using System.Text.Json.Nodes;
using VlmQ.Cli.Configuration;
using VlmQ.Cli.Pipelines;

namespace VlmQ.Cli.Reports;

/// <summary>Gathers what a run's report shows.</summary>
internal static class ReportBuilder
{
    private static readonly ImmutableArray<Curve> Curves =
    [
        new("Actor loss", "actor_loss", "nats a token", OfCritics: false),
        new("Critic loss", "critic_loss", "loss of the critics", OfCritics: true),
        new("Tokens that the filter keeps", "kept", "share", OfCritics: true),
        new("Entropy of the policy", "entropy", "nats a token", OfCritics: false),
        new("Mean target", "target", "return", OfCritics: true),
        new("Gradient norm", "gradient_norm", "before clipping", OfCritics: false),
    ];

    public static ReportData Build(
        PipelineConfiguration pipeline,
        RunSummary summary,
        IReadOnlyList<string> metrics,
        ImmutableArray<SampleTurn> samples,
        Provenance provenance
    )
    {
        Training[] trainings =
        [
            .. metrics
                .Select(line => JsonNode.Parse(line)!)
                .GroupBy(line => ((string)line["data"]!, (string)line["method"]!, (long)line["seed"]!))
                .Select(group => new Training(group.Key.Item1, group.Key.Item2, [.. group.Select(line => line["metrics"]!)])),
        ];
        return new ReportData(
            pipeline.Name,
            pipeline.Description,
            summary.Results,
            summary.Collected,
            [.. Curves.Select(curve => Draw(curve, trainings))],
            samples,
            [
                .. provenance.Versions.Select(pair => (pair.Key, pair.Value)),
                .. provenance.Machine.Select(pair => (pair.Key, pair.Value)),
                .. provenance.Inputs.Select(pair => (pair.Key, pair.Value)),
                .. provenance.Outputs.Select(pair => (pair.Key, pair.Value)),
            ]
        );
    }

    private static Chart Draw(Curve curve, Training[] trainings)
    {
        List<string> groups = [.. trainings.Select(training => training.Group).Distinct()];
        return new Chart(
            curve.Title,
            curve.Unit,
            [
                .. trainings
                    .Where(training => !curve.OfCritics || training.Method != "sft")
                    .Select(training => new ChartSeries(training.Group, groups.IndexOf(training.Group), Points(training, curve.Key))),
            ]
        );
    }

    private static ImmutableArray<(double X, double Y)> Points(Training training, string key) =>
        [.. Thin(training.Steps).Select(step => ((double)step["step"]!, (double)step[key]!))];

    /// <summary>At most about 300 points a line: a page must open at once.</summary>
    private static IEnumerable<JsonNode> Thin(JsonNode[] steps)
    {
        int stride = Math.Max(1, steps.Length / 300);
        return steps.Where((_, i) => i % stride == 0 || i == steps.Length - 1);
    }

    /// <summary>A chart to draw.</summary>
    /// <param name="Title">Its title.</param>
    /// <param name="Key">The metric.</param>
    /// <param name="Unit">The metric's unit.</param>
    /// <param name="OfCritics">Supervised training has no such metric.</param>
    private sealed record Curve(string Title, string Key, string Unit, bool OfCritics);

    /// <summary>The metrics of one seed's training by one method on one data set.</summary>
    private sealed record Training(string Data, string Method, JsonNode[] Steps)
    {
        public string Group => $"{Data}, {Method}";
    }
}
