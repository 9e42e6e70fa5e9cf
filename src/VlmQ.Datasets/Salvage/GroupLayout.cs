using System.Collections.Immutable;

namespace VlmQ.Datasets.Salvage;

/// <summary>Where a row group lies in a file, as its pages tell.</summary>
/// <param name="Rows">Its rows.</param>
/// <param name="Chunks">A chunk a column, in the order of the schema and of the file.</param>
internal sealed record GroupLayout(long Rows, ImmutableArray<ChunkLayout> Chunks)
{
    /// <summary>Offset of its first byte.</summary>
    public long Start => Chunks[0].Start;

    /// <summary>Offset behind its last byte.</summary>
    public long End => Chunks[^1].End;
}
