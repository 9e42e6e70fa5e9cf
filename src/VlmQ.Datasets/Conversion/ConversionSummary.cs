using VlmQ.Core.Prompting;
using VlmQ.Datasets.Manifest;

namespace VlmQ.Datasets.Conversion;

/// <summary>What a conversion came to.</summary>
/// <param name="Manifest">The transitions' manifest: rows, turns, episodes and rejects of the whole dataset.</param>
/// <param name="Folder">The transitions' folder.</param>
/// <param name="Resumed">Episodes of the source that an earlier run had dealt with; all of them if there was nothing left to do.</param>
/// <param name="Replies">The replies of the source: how many named an action, and what was wrong with the others.</param>
public sealed record ConversionSummary(DatasetManifest Manifest, string Folder, long Resumed, ReplyCounts Replies);
