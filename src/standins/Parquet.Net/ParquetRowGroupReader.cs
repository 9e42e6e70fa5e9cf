using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using Parquet.Columns;
using Parquet.Conversions;
using Parquet.Data;
using Parquet.Encodings;
using Parquet.File.Values.Primitives;
using Parquet.Meta;
using Parquet.Schema;

namespace Parquet;

/// <summary>Reads the columns of one row group, in any order, into the caller's buffers.</summary>
public class ParquetRowGroupReader : IDisposable
{
    private delegate ValueTask<RawColumnData> RawReader(ParquetRowGroupReader group, DataField field, CancellationToken cancellationToken);

    private static readonly FrozenDictionary<System.Type, RawReader> ByType = new Dictionary<System.Type, RawReader>
    {
        [typeof(bool)] = ReaderOf<bool>(),
        [typeof(sbyte)] = ReaderOf<sbyte>(),
        [typeof(byte)] = ReaderOf<byte>(),
        [typeof(short)] = ReaderOf<short>(),
        [typeof(ushort)] = ReaderOf<ushort>(),
        [typeof(int)] = ReaderOf<int>(),
        [typeof(uint)] = ReaderOf<uint>(),
        [typeof(long)] = ReaderOf<long>(),
        [typeof(ulong)] = ReaderOf<ulong>(),
        [typeof(Half)] = ReaderOf<Half>(),
        [typeof(float)] = ReaderOf<float>(),
        [typeof(double)] = ReaderOf<double>(),
        [typeof(decimal)] = ReaderOf<decimal>(),
        [typeof(DateTime)] = ReaderOf<DateTime>(),
        [typeof(Interval)] = ReaderOf<Interval>(),
        [typeof(Guid)] = ReaderOf<Guid>(),
        [typeof(ReadOnlyMemory<char>)] = ReaderOf<ReadOnlyMemory<char>>(),
        [typeof(ReadOnlyMemory<byte>)] = ReaderOf<ReadOnlyMemory<byte>>(),
    }.ToFrozenDictionary();

    private readonly ColumnChunkReader chunks;
    private readonly Dictionary<FieldPath, ColumnChunk> columns = [];

    internal ParquetRowGroupReader(RowGroup group, ColumnChunkReader chunks)
    {
        RowGroup = group;
        this.chunks = chunks;
        foreach (ColumnChunk chunk in group.Columns)
        {
            columns[new FieldPath(chunk.MetaData!.PathInSchema)] = chunk;
        }
    }

    /// <summary>What the footer says of the group.</summary>
    public RowGroup RowGroup { get; }

    /// <summary>Rows, which are fewer than a list column's values.</summary>
    public long RowCount => RowGroup.NumRows;

    /// <summary>Whether the group has the column.</summary>
    public bool ColumnExists(DataField field) => GetMetadata(field) is not null;

    /// <summary>What the footer says of a column; null where there is no such column.</summary>
    public ColumnChunk? GetMetadata(DataField field)
    {
        ArgumentNullException.ThrowIfNull(field);
        return columns.GetValueOrDefault(field.Path);
    }

    /// <summary>A column's key-value metadata.</summary>
    public Dictionary<string, string> GetCustomMetadata(DataField field) =>
        KeyValues.ToDictionary(GetMetadata(field)?.MetaData?.KeyValueMetadata);

    /// <summary>A column's statistics; null where the file has none.</summary>
    /// <exception cref="ParquetException">There is no such column.</exception>
    public DataColumnStatistics? GetStatistics(DataField field) =>
        Describe(field).Statistics is { } statistics
            ? new DataColumnStatistics(
                statistics.NullCount,
                statistics.DistinctCount,
                BoundOf(field, statistics.MinValue, statistics.Min),
                BoundOf(field, statistics.MaxValue, statistics.Max)
            )
            : null;

    /// <summary>Reads a required column that is in no list.</summary>
    /// <param name="field">From the reader's schema.</param>
    /// <param name="values">At least as long as the column's <c>NumValues</c>.</param>
    /// <param name="repetitionLevels">Not needed.</param>
    /// <param name="cancellationToken">Stops between pages.</param>
    /// <exception cref="ArgumentException">The column is nullable or in a list, or a buffer does not fit.</exception>
    public ValueTask ReadAsync<T>(
        DataField field,
        Memory<T> values,
        Memory<int>? repetitionLevels = null,
        CancellationToken cancellationToken = default
    )
        where T : struct => ReadRawAsync(field, values, null, repetitionLevels, cancellationToken);

    /// <summary>Reads a column that is in no list; null where a value is missing.</summary>
    /// <exception cref="ArgumentException">The column is in a list, or a buffer does not fit.</exception>
    public async ValueTask ReadAsync<T>(
        DataField field,
        Memory<T?> values,
        Memory<int>? repetitionLevels = null,
        CancellationToken cancellationToken = default
    )
        where T : struct
    {
        using RawColumnData<T> raw = await ReadFlatAsync<T>(field, values.Length, repetitionLevels, cancellationToken)
            .ConfigureAwait(false);
        Spread(raw, field, values.Span, static value => value);
    }

    /// <summary>Reads a string column that is in no list; null where a value is missing.</summary>
    /// <exception cref="ArgumentException">The column is in a list, or a buffer does not fit.</exception>
    public async ValueTask ReadAsync(
        DataField field,
        Memory<string?> values,
        Memory<int>? repetitionLevels = null,
        CancellationToken cancellationToken = default
    )
    {
        using RawColumnData<ReadOnlyMemory<char>> raw = await ReadFlatAsync<ReadOnlyMemory<char>>(
                field,
                values.Length,
                repetitionLevels,
                cancellationToken
            )
            .ConfigureAwait(false);
        Spread(raw, field, values.Span, static value => value.ToString());
    }

    /// <summary>Reads a binary column that is in no list; null where a value is missing.</summary>
    /// <exception cref="ArgumentException">The column is in a list, or a buffer does not fit.</exception>
    public async ValueTask ReadAsync(
        DataField field,
        Memory<byte[]?> values,
        Memory<int>? repetitionLevels = null,
        CancellationToken cancellationToken = default
    )
    {
        using RawColumnData<ReadOnlyMemory<byte>> raw = await ReadFlatAsync<ReadOnlyMemory<byte>>(
                field,
                values.Length,
                repetitionLevels,
                cancellationToken,
                new KeptPages()
            )
            .ConfigureAwait(false);
        CheckCopies(field, raw);
        Spread(raw, field, values.Span, static value => value.ToArray());
    }

    /// <summary>
    /// Reads any column as it is stored: the defined values one after the other, and a pair of levels for each value, null and empty
    /// list. What the values leave of their buffer is unspecified.
    /// </summary>
    /// <param name="field">From the reader's schema; its <see cref="Field.MaxDefinitionLevel"/> says what the levels mean.</param>
    /// <param name="values">Of the column's <see cref="DataField.ClrType"/>, at least <c>NumValues</c> long.</param>
    /// <param name="definitionLevels">At least <c>NumValues</c> long; may be null where the column has none.</param>
    /// <param name="repetitionLevels">At least <c>NumValues</c> long; may be null where the column has none.</param>
    /// <param name="cancellationToken">Stops between pages.</param>
    /// <exception cref="ArgumentException">A buffer is missing, too short or of another type.</exception>
    /// <exception cref="ParquetException">There is no such column; it is damaged; or its type, compression or encoding is not
    /// supported.</exception>
    public ValueTask ReadRawAsync<T>(
        DataField field,
        Memory<T> values,
        Memory<int>? definitionLevels,
        Memory<int>? repetitionLevels,
        CancellationToken cancellationToken = default
    )
        where T : struct => FillAsync(field, values, definitionLevels, repetitionLevels, null, cancellationToken);

    private async ValueTask FillAsync<T>(
        DataField field,
        Memory<T> values,
        Memory<int>? definitionLevels,
        Memory<int>? repetitionLevels,
        KeptPages? pages,
        CancellationToken cancellationToken
    )
        where T : struct
    {
        ColumnMetaData meta = Describe(field);
        CheckReadable<T>(field);
        int count = (int)meta.NumValues;
        if (values.Length < count)
        {
            throw new ArgumentException(
                $"The column '{field.Path}' has {count} values, the buffer room for {values.Length}.",
                nameof(values)
            );
        }
        CheckLevels(field, definitionLevels, field.MaxDefinitionLevel, count, nameof(definitionLevels));
        CheckLevels(field, repetitionLevels, field.MaxRepetitionLevel, count, nameof(repetitionLevels));
        var target = new ColumnTarget<T>(
            field,
            values,
            definitionLevels ?? default,
            repetitionLevels ?? default,
            count,
            new MemoryBudget(meta.TotalCompressedSize)
        )
        {
            Pages = pages,
        };
        ValueTask reading = field.Conversion is ValueConversion<T> conversion
            ? conversion.ReadAsync(chunks, meta, target, RowCount, cancellationToken)
            : chunks.ReadAsync(meta, target, RowCount, cancellationToken);
        await reading.ConfigureAwait(false);
    }

    /// <summary>
    /// Reads any column into buffers of its own; the result is a <see cref="RawColumnData{T}"/> of the column's type. Binary values are
    /// slices of buffers that go back with it.
    /// </summary>
    /// <exception cref="ParquetException">There is no such column; it is damaged; or its type, compression or encoding is not
    /// supported.</exception>
    public async ValueTask<RawColumnData> ReadRawColumnDataBaseAsync(DataField field, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(field);
        return await ByType[field.ClrType](this, field, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Does nothing: the reader of the file owns everything.</summary>
    public void Dispose()
    {
        GC.SuppressFinalize(this);
    }

    private static RawReader ReaderOf<T>()
        where T : struct =>
        static async (group, field, cancellationToken) =>
            await group.ReadRawColumnAsync<T>(field, cancellationToken, new KeptPages()).ConfigureAwait(false);

    private static void CheckReadable<T>(DataField field)
    {
        if (field.ClrType != typeof(T))
        {
            throw new ArgumentException($"The column '{field.Path}' holds values of {field.ClrType}, not {typeof(T)}.", nameof(field));
        }
        if (field.Unsupported is { } reason)
        {
            throw new ParquetException($"The column '{field.Path}' is stored as {reason}, which is not supported.");
        }
        if (!field.IsAttached)
        {
            throw new ArgumentException($"The field '{field}' belongs to no schema yet.", nameof(field));
        }
    }

    private static void CheckLevels(DataField field, Memory<int>? levels, int maximum, int count, string name)
    {
        if (levels is null && maximum > 0)
        {
            throw new ArgumentException($"The column '{field.Path}' has levels up to {maximum}: they need a buffer.", name);
        }
        if (levels is { } given && given.Length < count)
        {
            throw new ArgumentException($"The column '{field.Path}' has {count} levels, the buffer room for {given.Length}.", name);
        }
    }

    // Old bounds were found in the order of signed numbers, whatever they stood for.
    private static object? BoundOf(DataField field, byte[]? bound, byte[]? old) =>
        field.Conversion is { } conversion ? conversion.ToBound(bound) : Bounds.Decode(bound ?? old, field.ClrType);

    private static void Spread<T, TValue>(RawColumnData<T> raw, DataField field, Span<TValue?> values, Func<T, TValue> convert)
        where T : struct
    {
        ReadOnlySpan<T> defined = raw.Values;
        if (field.MaxDefinitionLevel == 0)
        {
            for (int i = 0; i < defined.Length; i++)
            {
                values[i] = convert(defined[i]);
            }
            return;
        }
        ReadOnlySpan<int> levels = raw.DefinitionLevels;
        int next = 0;
        for (int i = 0; i < levels.Length; i++)
        {
            values[i] = levels[i] == field.MaxDefinitionLevel ? convert(defined[next++]) : default;
        }
    }

    // A dictionary's value is stored once and copied as often as the column has it.
    private void CheckCopies(DataField field, RawColumnData<ReadOnlyMemory<byte>> raw)
    {
        int defined = field.MaxDefinitionLevel == 0 ? raw.Values.Length : raw.DefinitionLevels.Count(field.MaxDefinitionLevel);
        var budget = new MemoryBudget(Describe(field).TotalCompressedSize);
        foreach (ReadOnlyMemory<byte> value in raw.Values[..defined])
        {
            budget.Take(value.Length);
        }
    }

    private ColumnMetaData Describe(DataField field)
    {
        ColumnChunk chunk = GetMetadata(field) ?? throw new ParquetException($"The file has no column '{field.Path}'.");
        return chunk.FilePath is null
            ? chunk.MetaData!
            : throw new ParquetException($"The column '{field.Path}' is in another file, '{chunk.FilePath}', which is not supported.");
    }

    private async ValueTask<RawColumnData<T>> ReadFlatAsync<T>(
        DataField field,
        int room,
        Memory<int>? repetitionLevels,
        CancellationToken cancellationToken,
        KeptPages? pages = null
    )
        where T : struct
    {
        long count = Describe(field).NumValues;
        if (field.MaxRepetitionLevel > 0)
        {
            throw new ArgumentException($"The column '{field.Path}' is in a list: read it with ReadRawAsync.", nameof(field));
        }
        if (room < count)
        {
            throw new ArgumentException($"The column '{field.Path}' has {count} values, the buffer room for {room}.");
        }
        CheckLevels(field, repetitionLevels, 0, (int)count, nameof(repetitionLevels));
        repetitionLevels?.Span[..(int)count].Clear();
        return await ReadRawColumnAsync<T>(field, cancellationToken, pages).ConfigureAwait(false);
    }

    /// <param name="pages">Where pages come from that values are slices of, given back with the data; null: they outlive the data.</param>
    private async ValueTask<RawColumnData<T>> ReadRawColumnAsync<T>(
        DataField field,
        CancellationToken cancellationToken,
        KeptPages? pages = null
    )
        where T : struct
    {
        int count = (int)Describe(field).NumValues;
        var data = new RawColumnData<T>(count, field.MaxDefinitionLevel, field.MaxRepetitionLevel > 0) { Pages = pages };
        try
        {
            await FillAsync(field, data.ValuesMemory, data.DefinitionLevelsMemory, data.RepetitionLevelsMemory, pages, cancellationToken)
                .ConfigureAwait(false);
            return data;
        }
        catch
        {
            data.Dispose();
            throw;
        }
    }
}
