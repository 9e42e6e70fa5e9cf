using VlmQ.Datasets.Manifest;
using VlmQ.Datasets.Writing;

namespace VlmQ.Datasets.Importing;

/// <summary>What an import came to.</summary>
/// <param name="Manifest">The dataset's manifest.</param>
/// <param name="Folder">The dataset's folder.</param>
/// <param name="Format">What the files were.</param>
/// <param name="FirstReject">The first episode that could not be used in this run; null where there was none.</param>
public sealed record ImportSummary(DatasetManifest Manifest, string Folder, ImportFormat Format, Reject? FirstReject);
