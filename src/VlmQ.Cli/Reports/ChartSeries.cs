using System.Collections.Immutable;

namespace VlmQ.Cli.Reports;

/// <summary>A line: x is the training step.</summary>
/// <param name="Group">What it shows; lines of a group, such as the seeds of one training, share colour and legend.</param>
/// <param name="Colour">The group's number, the same in every chart.</param>
/// <param name="Points">The points in the order of x.</param>
internal sealed record ChartSeries(string Group, int Colour, ImmutableArray<(double X, double Y)> Points);
