using System.Collections.Immutable;
using VlmQ.Datasets.Manifest;

namespace VlmQ.Datasets.Repair;

/// <summary>What a repair kept and what it lost.</summary>
/// <param name="Folder">The new dataset's folder.</param>
/// <param name="Before">The manifest of the damaged dataset.</param>
/// <param name="Manifest">The manifest of the new one.</param>
/// <param name="Losses">What was lost, in order.</param>
public sealed record RepairReport(string Folder, DatasetManifest Before, DatasetManifest Manifest, ImmutableArray<Loss> Losses);
