using VlmQ.Datasets.Manifest;

namespace VlmQ.Datasets.Selection;

/// <summary>A dataset that was made out of others.</summary>
/// <param name="Folder">Its folder.</param>
/// <param name="Manifest">What it holds.</param>
public sealed record RemadeDataset(string Folder, DatasetManifest Manifest);
