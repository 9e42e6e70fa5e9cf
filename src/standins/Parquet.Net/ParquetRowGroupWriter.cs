using System.Buffers;
using System.Runtime.CompilerServices;
using Parquet.Columns;
using Parquet.Conversions;
using Parquet.Meta;
using Parquet.Schema;

namespace Parquet;

/// <summary>Writes one row group: every column of the schema, in order, each with the same number of rows.</summary>
public class ParquetRowGroupWriter : IDisposable
{
    private readonly ParquetSchema schema;
    private readonly ColumnChunkWriter chunks;
    private bool failed;

    internal ParquetRowGroupWriter(ParquetSchema schema, OutputFile file, ColumnChunkWriter chunks, short ordinal)
    {
        this.schema = schema;
        this.chunks = chunks;
        Description = new RowGroup { FileOffset = file.Position, Ordinal = ordinal };
    }

    internal RowGroup Description { get; }

    internal bool IsComplete => !failed && Description.Columns.Count == schema.Columns.Count;

    /// <summary>Writes a string column; null where a value is missing (in a list: where the item, or the whole list, is).</summary>
    /// <exception cref="ArgumentException">As for the other forms.</exception>
    public async Task WriteAsync(DataField field, IReadOnlyCollection<string?> values, ReadOnlyMemory<int>? repetitionLevels = null)
    {
        ArgumentNullException.ThrowIfNull(values);
        var memories = new ReadOnlyMemory<char>?[values.Count];
        int i = 0;
        foreach (string? value in values)
        {
            memories[i++] = value?.AsMemory();
        }
        await WriteAsync<ReadOnlyMemory<char>>(field, memories.AsMemory(), repetitionLevels).ConfigureAwait(false);
    }

    /// <summary>Writes a binary column; null where a value is missing (in a list: where the item, or the whole list, is).</summary>
    /// <exception cref="ArgumentException">As for the other forms.</exception>
    public async Task WriteAsync(DataField field, IReadOnlyCollection<byte[]?> values, ReadOnlyMemory<int>? repetitionLevels = null)
    {
        ArgumentNullException.ThrowIfNull(values);
        var memories = new ReadOnlyMemory<byte>?[values.Count];
        int i = 0;
        foreach (byte[]? value in values)
        {
            memories[i++] = value is null ? (ReadOnlyMemory<byte>?)null : value;
        }
        await WriteAsync<ReadOnlyMemory<byte>>(field, memories.AsMemory(), repetitionLevels).ConfigureAwait(false);
    }

    /// <summary>Writes a required column that is in no list.</summary>
    /// <exception cref="ArgumentException">The column is not the next one, or does not hold values of this type.</exception>
    /// <exception cref="InvalidOperationException">
    /// All columns are written; the number of rows differs from the other columns'; or the column needs definition levels.
    /// </exception>
    public async Task WriteAsync<T>(
        DataField field,
        ReadOnlyMemory<T> values,
        ReadOnlyMemory<int>? repetitionLevels = null,
        Dictionary<string, string>? customMetadata = null,
        CancellationToken cancellationToken = default
    )
        where T : struct
    {
        CheckNext<T>(field);
        await WriteAsync(field, new ColumnData<T>(field, values, null, repetitionLevels), customMetadata, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>
    /// Writes a column from nullable values. A null is the definition level one below the highest: of a list of required items, an
    /// empty list.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// The column is not the next one, does not hold values of this type, or is required and a value is null.
    /// </exception>
    /// <exception cref="InvalidOperationException">All columns are written, or the number of rows differs from the other
    /// columns'.</exception>
    public async Task WriteAsync<T>(
        DataField field,
        ReadOnlyMemory<T?> values,
        ReadOnlyMemory<int>? repetitionLevels = null,
        Dictionary<string, string>? customMetadata = null,
        CancellationToken cancellationToken = default
    )
        where T : struct
    {
        CheckNext<T>(field);
        T[] defined = ArrayPool<T>.Shared.Rent(values.Length);
        int[] levels = ArrayPool<int>.Shared.Rent(values.Length);
        try
        {
            int count = Split(field, values.Span, defined, levels);
            var data = new ColumnData<T>(field, defined.AsMemory(0, count), levels.AsMemory(0, values.Length), repetitionLevels);
            await WriteAsync(field, data, customMetadata, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<T>.Shared.Return(defined, RuntimeHelpers.IsReferenceOrContainsReferences<T>());
            ArrayPool<int>.Shared.Return(levels);
        }
    }

    /// <summary>Writes a column from its defined values and its levels, one pair for each value, null and empty list.</summary>
    /// <exception cref="ArgumentException">The column is not the next one, or values and levels contradict it or each other.</exception>
    /// <exception cref="InvalidOperationException">
    /// All columns are written; the number of rows differs from the other columns'; or definition levels are missing.
    /// </exception>
    public async Task WriteAllPartsAsync<T>(
        DataField field,
        ReadOnlyMemory<T> values,
        ReadOnlyMemory<int>? definitionValues,
        ReadOnlyMemory<int>? repetitionLevels,
        CancellationToken cancellationToken
    )
        where T : struct
    {
        CheckNext<T>(field);
        var data = new ColumnData<T>(field, values, definitionValues, repetitionLevels);
        await WriteAsync(field, data, null, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Checks that every column has been written.</summary>
    /// <exception cref="InvalidOperationException">Columns are missing.</exception>
    public void CompleteValidate()
    {
        if (!IsComplete)
        {
            throw new InvalidOperationException(
                "The row group is not complete. Missing columns: "
                    + string.Join(", ", schema.Columns.Skip(Description.Columns.Count).Select(column => column.Path))
            );
        }
    }

    /// <summary>Ends the row group.</summary>
    public void Dispose()
    {
        GC.SuppressFinalize(this);
    }

    private static int Split<T>(DataField field, ReadOnlySpan<T?> values, Span<T> defined, Span<int> levels)
        where T : struct
    {
        int present = field.MaxDefinitionLevel;
        int count = 0;
        for (int i = 0; i < values.Length; i++)
        {
            if (values[i] is { } value)
            {
                defined[count++] = value;
                levels[i] = present;
            }
            else if (present > 0)
            {
                levels[i] = present - 1;
            }
            else
            {
                throw new ArgumentException($"The column '{field.Path}' is required, but value {i} is null.", nameof(values));
            }
        }
        return count;
    }

    private void CheckNext<T>(DataField field)
        where T : struct
    {
        ArgumentNullException.ThrowIfNull(field);
        int next = Description.Columns.Count;
        if (failed || next == schema.Columns.Count)
        {
            throw new InvalidOperationException(
                failed
                    ? "Writing to this row group has failed before; it cannot be continued."
                    : $"The column '{field.Path}' is one too many: all {next} columns of the schema are written."
            );
        }
        if (!field.IsAttached)
        {
            throw new ArgumentException($"The field '{field}' belongs to no schema yet.", nameof(field));
        }
        if (!field.Equals(schema.Columns[next]))
        {
            throw new ArgumentException($"The next column is '{schema.Columns[next]}', not '{field}'.", nameof(field));
        }
        if (field.ClrType != typeof(T))
        {
            throw new ArgumentException($"The column '{field.Path}' holds values of {field.ClrType}, not {typeof(T)}.", nameof(field));
        }
    }

    private async Task WriteAsync<T>(
        DataField field,
        ColumnData<T> data,
        Dictionary<string, string>? customMetadata,
        CancellationToken cancellationToken
    )
        where T : struct
    {
        RowGroup group = Description;
        if (group.Columns.Count > 0 && data.RowCount != group.NumRows)
        {
            throw new InvalidOperationException(
                $"The column '{field.Path}' has {data.RowCount} rows, the columns before it {group.NumRows}."
            );
        }
        failed = true;
        Task<ColumnChunk> writing = field.Conversion is ValueConversion<T> conversion
            ? conversion.WriteAsync(chunks, field, data, customMetadata, cancellationToken)
            : chunks.WriteAsync(field, data, customMetadata, cancellationToken);
        ColumnChunk chunk = await writing.ConfigureAwait(false);
        failed = false;
        group.NumRows = data.RowCount;
        group.Columns.Add(chunk);
        group.TotalByteSize += chunk.MetaData!.TotalUncompressedSize;
        group.TotalCompressedSize = (group.TotalCompressedSize ?? 0) + chunk.MetaData.TotalCompressedSize;
    }
}
