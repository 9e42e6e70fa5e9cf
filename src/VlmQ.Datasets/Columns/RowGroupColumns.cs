using System.Buffers;
using Parquet;
using Parquet.Data;
using Parquet.Schema;
using VlmQ.Core.Episodes;

namespace VlmQ.Datasets.Columns;

/// <summary>
/// The columns of one row group, by path, with faults that name the part and the column. Arrays lie in the memory that the group is read into:
/// they are as long as the group has rows, or longer.
/// </summary>
internal sealed class RowGroupColumns(
    ParquetRowGroupReader group,
    IReadOnlyDictionary<string, DataField> fields,
    string part,
    long firstRow,
    GroupMemory memory
)
{
    /// <summary>Rows of the group.</summary>
    public int Rows { get; } = checked((int)group.RowCount);

    /// <summary>The part's row that the group begins with.</summary>
    public long FirstRow => firstRow;

    /// <summary>The column that was asked for last: where reading fails, the one that it fails in.</summary>
    public string? Reading { get; private set; }

    /// <summary>A fault of one row.</summary>
    /// <param name="row">The row in the group, from 0.</param>
    /// <param name="column">The column.</param>
    /// <param name="what">What is wrong.</param>
    public Fault FaultAt(int row, string column, string what) => FaultOf(new RowBreach(row, column, what));

    /// <summary>A breach as a fault.</summary>
    public Fault FaultOf(RowBreach breach) =>
        Fault.Data(
            $"row {firstRow + breach.Row}, column {breach.Column}: {breach.What}",
            part,
            "mend what wrote the row and make the dataset again"
        );

    /// <summary>A column of numbers or truth values without nulls.</summary>
    public async Task<T[]> ReadAsync<T>(string column, CancellationToken cancellation)
        where T : struct
    {
        T[] values = memory.Take<T>(column, Rows);
        await group.ReadAsync<T>(Field<T>(column), values.AsMemory(0, Rows), null, cancellation).ConfigureAwait(false);
        return values;
    }

    /// <summary>A column of numbers or truth values with nulls.</summary>
    public async Task<T?[]> ReadNullableAsync<T>(string column, CancellationToken cancellation)
        where T : struct
    {
        T?[] values = memory.Take<T?>(column, Rows);
        await group.ReadAsync<T>(Field<T>(column), values.AsMemory(0, Rows), null, cancellation).ConfigureAwait(false);
        return values;
    }

    /// <summary>A column of texts.</summary>
    public async Task<string?[]> ReadTextAsync(string column, CancellationToken cancellation)
    {
        string?[] values = memory.Take<string?>(column, Rows);
        await group.ReadAsync(Field<ReadOnlyMemory<char>>(column), values.AsMemory(0, Rows), null, cancellation).ConfigureAwait(false);
        return values;
    }

    /// <summary>A column of bytes.</summary>
    public async Task<byte[]?[]> ReadBytesAsync(string column, CancellationToken cancellation)
    {
        byte[]?[] values = memory.Take<byte[]?>(column, Rows);
        await group.ReadAsync(Field<ReadOnlyMemory<byte>>(column), values.AsMemory(0, Rows), null, cancellation).ConfigureAwait(false);
        return values;
    }

    /// <summary>A column of bytes, copied into the group's memory; empty where a row has none.</summary>
    public async Task<ReadOnlyMemory<byte>[]> CopyBytesAsync(string column, CancellationToken cancellation)
    {
        DataField field = Field<ReadOnlyMemory<byte>>(column);
        using RawColumnData raw = await group.ReadRawColumnDataBaseAsync(field, cancellation).ConfigureAwait(false);
        var values = (RawColumnData<ReadOnlyMemory<byte>>)raw;
        int defined = field.MaxDefinitionLevel == 0 ? Rows : raw.DefinitionLevels.Count(field.MaxDefinitionLevel);
        long toCome = 0;
        foreach (ReadOnlyMemory<byte> value in values.Values[..defined])
        {
            toCome += value.Length;
        }
        if (toCome > MostBytes(field))
        {
            throw new InvalidDataException("the values take far more memory than their stored bytes account for");
        }
        ReadOnlyMemory<byte>[] copies = memory.Take<ReadOnlyMemory<byte>>(column, Rows);
        int next = 0;
        for (int row = 0; row < Rows; row++)
        {
            copies[row] = default;
            if (field.MaxDefinitionLevel == 0 || raw.DefinitionLevels[row] == field.MaxDefinitionLevel)
            {
                ReadOnlySpan<byte> value = values.Values[next++].Span;
                copies[row] = memory.Copy(value, toCome);
                toCome -= value.Length;
            }
        }
        return copies;
    }

    /// <summary>A column of lists.</summary>
    public async Task<RowLists<T>> ReadListsAsync<T>(string column, CancellationToken cancellation)
        where T : struct
    {
        DataField field = Field<T>(column + "/list/element");
        int count = checked((int)group.GetMetadata(field)!.MetaData!.NumValues);
        T[] values = memory.Take<T>(field.Path.ToString(), count);
        int[] ends = memory.Take<int>(column, Rows);
        int[] definitions = ArrayPool<int>.Shared.Rent(count);
        int[] repetitions = ArrayPool<int>.Shared.Rent(count);
        await group.ReadRawAsync<T>(field, values, definitions, repetitions, cancellation).ConfigureAwait(false);
        ListColumn<T>.Cut(ends.AsSpan(0, Rows), definitions.AsSpan(0, count), repetitions.AsSpan(0, count), field.MaxDefinitionLevel);
        ArrayPool<int>.Shared.Return(definitions);
        ArrayPool<int>.Shared.Return(repetitions);
        return new RowLists<T>(values, ends);
    }

    // What a dictionary has once may be a value of every row: 256 MiB, and 1 KiB for each byte in the file, are believed.
    private long MostBytes(DataField field) =>
        (1L << 28) + (Math.Clamp(group.GetMetadata(field)!.MetaData!.TotalCompressedSize, 0, 1L << 50) << 10);

    private DataField Field<T>(string path)
    {
        Reading = path;
        if (!fields.TryGetValue(path, out DataField? field))
        {
            throw new FaultException(Fault.Data($"the column {path} is missing", part, "make the dataset again"));
        }
        return field.ClrType == typeof(T)
            ? field
            : throw new FaultException(
                Fault.Data($"the column {path} holds {field.ClrType.Name}, not {typeof(T).Name}", part, "make the dataset again")
            );
    }
}
