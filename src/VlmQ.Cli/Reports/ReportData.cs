using System.Collections.Immutable;
using VlmQ.Cli.Pipelines;

namespace VlmQ.Cli.Reports;

/// <summary>Everything that a report shows.</summary>
/// <param name="Title">The run's name.</param>
/// <param name="Introduction">One paragraph on what was run.</param>
/// <param name="Results">The table.</param>
/// <param name="Charts">Learning curves.</param>
/// <param name="Samples">Turns as the critic and the filter saw them.</param>
/// <param name="Provenance">Names and values: versions, digests, configuration.</param>
internal sealed record ReportData(
    string Title,
    string Introduction,
    ImmutableArray<SummaryResult> Results,
    ImmutableArray<Chart> Charts,
    ImmutableArray<SampleTurn> Samples,
    ImmutableArray<(string Name, string Value)> Provenance);

/// <summary>A line chart.</summary>
internal sealed record Chart(string Title, string YLabel, ImmutableArray<ChartSeries> Series);

/// <summary>A line: x is the training step.</summary>
internal sealed record ChartSeries(string Name, ImmutableArray<(double X, double Y)> Points);

/// <summary>A turn of the data set with what the model made of each reply token.</summary>
internal sealed record SampleTurn(string Label, byte[] Png, string Prompt, float Reward, bool Valid, ImmutableArray<SampleToken> Tokens);

/// <summary>A reply token: π(a|s), Q(s,a), V(s), A(s,a) and whether the filter kept it.</summary>
internal sealed record SampleToken(string Text, double Probability, double Q, double V, double Advantage, bool Kept);
