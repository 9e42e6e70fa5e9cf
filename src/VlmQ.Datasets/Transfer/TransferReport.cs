using VlmQ.Datasets.Manifest;

namespace VlmQ.Datasets.Transfer;

/// <summary>What a push or a pull did.</summary>
/// <param name="Source">Where the dataset was.</param>
/// <param name="Target">Where it is too now.</param>
/// <param name="Manifest">The dataset.</param>
/// <param name="Parts">Parts that were transferred; the others were there.</param>
/// <param name="Bytes">Bytes of those parts.</param>
public sealed record TransferReport(string Source, string Target, DatasetManifest Manifest, int Parts, long Bytes);
