using System.Collections.Immutable;
using VlmQ.Datasets.Manifest;

namespace VlmQ.Datasets.Verification;

/// <summary>What a verification found.</summary>
/// <param name="Folder">The dataset's folder.</param>
/// <param name="Manifest">Its manifest.</param>
/// <param name="RowsRead">Rows that could be read and were checked.</param>
/// <param name="Found">Breaches in all.</param>
/// <param name="Breaches">The first of them, in the order of parts and rows.</param>
public sealed record VerificationReport(string Folder, DatasetManifest Manifest, long RowsRead, long Found, ImmutableArray<Breach> Breaches)
{
    /// <summary>True when nothing is wrong.</summary>
    public bool Sound => Found == 0;
}
