using Parquet.Columns;
using Parquet.Meta;
using Parquet.Schema;

namespace Parquet.Conversions;

/// <summary>A <see cref="ValueConversion"/> by the type of the column's values.</summary>
internal abstract class ValueConversion<TValue> : ValueConversion
    where TValue : struct
{
    /// <summary>Reads a column chunk.</summary>
    /// <exception cref="ParquetException">The chunk is damaged, or a stored value has no counterpart.</exception>
    public abstract ValueTask ReadAsync(
        ColumnChunkReader chunks,
        ColumnMetaData meta,
        ColumnTarget<TValue> target,
        long rowCount,
        CancellationToken cancellationToken
    );

    /// <summary>Writes a column chunk.</summary>
    public abstract Task<ColumnChunk> WriteAsync(
        ColumnChunkWriter chunks,
        DataField field,
        ColumnData<TValue> data,
        Dictionary<string, string>? customMetadata,
        CancellationToken cancellationToken
    );
}
