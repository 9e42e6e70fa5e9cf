using System.Collections.Immutable;

namespace VlmQ.Cli.Reports;

/// <summary>A line chart.</summary>
internal sealed record Chart(string Title, string YLabel, ImmutableArray<ChartSeries> Series);
