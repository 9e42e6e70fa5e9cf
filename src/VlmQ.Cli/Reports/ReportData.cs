using System.Collections.Immutable;
using VlmQ.Cli.Pipelines;

namespace VlmQ.Cli.Reports;

/// <summary>Everything that a report shows.</summary>
/// <param name="Title">The run's name.</param>
/// <param name="Introduction">One paragraph on what was run.</param>
/// <param name="Results">The table.</param>
/// <param name="Collected">The replies of the data that the run collected.</param>
/// <param name="Charts">Learning curves.</param>
/// <param name="Samples">Turns as the critic and the filter saw them.</param>
/// <param name="Provenance">Names and values: versions, digests, configuration.</param>
internal sealed record ReportData(
    string Title,
    string Introduction,
    ImmutableArray<SummaryResult> Results,
    ImmutableArray<CollectedReplies> Collected,
    ImmutableArray<Chart> Charts,
    ImmutableArray<SampleTurn> Samples,
    ImmutableArray<(string Name, string Value)> Provenance
);
