using System.Buffers;
using System.Collections.Immutable;
using Parquet;
using Parquet.Schema;
using VlmQ.Core.Episodes;

namespace VlmQ.Datasets.Columns;

/// <summary>The columns of one row group, by path, with faults that name the part and the column.</summary>
internal sealed class RowGroupColumns(
    ParquetRowGroupReader group,
    IReadOnlyDictionary<string, DataField> fields,
    string part,
    long firstRow
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
        T[] values = new T[Rows];
        await group.ReadAsync<T>(Field<T>(column), values.AsMemory(), null, cancellation).ConfigureAwait(false);
        return values;
    }

    /// <summary>A column of numbers or truth values with nulls.</summary>
    public async Task<T?[]> ReadNullableAsync<T>(string column, CancellationToken cancellation)
        where T : struct
    {
        T?[] values = new T?[Rows];
        await group.ReadAsync<T>(Field<T>(column), values.AsMemory(), null, cancellation).ConfigureAwait(false);
        return values;
    }

    /// <summary>A column of texts.</summary>
    public async Task<string?[]> ReadTextAsync(string column, CancellationToken cancellation)
    {
        string?[] values = new string?[Rows];
        await group.ReadAsync(Field<ReadOnlyMemory<char>>(column), values.AsMemory(), null, cancellation).ConfigureAwait(false);
        return values;
    }

    /// <summary>A column of bytes.</summary>
    public async Task<byte[]?[]> ReadBytesAsync(string column, CancellationToken cancellation)
    {
        byte[]?[] values = new byte[]?[Rows];
        await group.ReadAsync(Field<ReadOnlyMemory<byte>>(column), values.AsMemory(), null, cancellation).ConfigureAwait(false);
        return values;
    }

    /// <summary>A column of lists; default is null.</summary>
    public async Task<ImmutableArray<T>[]> ReadListsAsync<T>(string column, CancellationToken cancellation)
        where T : struct
    {
        DataField field = Field<T>(column + "/list/element");
        int count = checked((int)group.GetMetadata(field)!.MetaData!.NumValues);
        T[] values = ArrayPool<T>.Shared.Rent(count);
        int[] definitions = ArrayPool<int>.Shared.Rent(count);
        int[] repetitions = ArrayPool<int>.Shared.Rent(count);
        await group.ReadRawAsync<T>(field, values, definitions, repetitions, cancellation).ConfigureAwait(false);
        ImmutableArray<T>[] lists = ListColumn<T>.Cut(
            Rows,
            values,
            definitions.AsSpan(0, count),
            repetitions.AsSpan(0, count),
            field.MaxDefinitionLevel
        );
        ArrayPool<T>.Shared.Return(values);
        ArrayPool<int>.Shared.Return(definitions);
        ArrayPool<int>.Shared.Return(repetitions);
        return lists;
    }

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
