using System.Collections.Immutable;

namespace VlmQ.Cli.Reports;

/// <summary>A line: x is the training step.</summary>
internal sealed record ChartSeries(string Name, ImmutableArray<(double X, double Y)> Points);
