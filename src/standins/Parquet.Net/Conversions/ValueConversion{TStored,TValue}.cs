using System.Buffers;
using System.Runtime.CompilerServices;
using Parquet.Columns;
using Parquet.Encodings;
using Parquet.Meta;
using Parquet.Schema;

namespace Parquet.Conversions;

/// <summary>A conversion of single values.</summary>
/// <param name="load">A stored value → the column's; throws <see cref="ParquetException"/> where there is no counterpart.</param>
/// <param name="store">The column's value → a stored one; null where such columns are only read.</param>
internal sealed class ValueConversion<TStored, TValue>(Func<TStored, TValue> load, Func<TValue, TStored>? store = null)
    : ValueConversion<TValue>
    where TStored : struct
    where TValue : struct
{
    public override int StoredSize => Unsafe.SizeOf<TStored>();

    public override object? ToBound(byte[]? stored)
    {
        object? bound = Bounds.Decode(stored, typeof(TStored));
        if (bound is byte[] bytes && typeof(TStored) == typeof(ReadOnlyMemory<byte>))
        {
            bound = (ReadOnlyMemory<byte>)bytes;
        }
        try
        {
            return bound is TStored value ? load(value) : null;
        }
        catch (ParquetException)
        {
            return null;
        }
    }

    public override async ValueTask ReadAsync(
        ColumnChunkReader chunks,
        ColumnMetaData meta,
        ColumnTarget<TValue> target,
        long rowCount,
        CancellationToken cancellationToken
    )
    {
        TStored[] stored = ArrayPool<TStored>.Shared.Rent(target.LevelCount);
        try
        {
            ColumnTarget<TStored> storedTarget = target.For<TStored>(stored);
            await chunks.ReadAsync(meta, storedTarget, rowCount, cancellationToken).ConfigureAwait(false);
            Load(stored.AsSpan(0, storedTarget.ValuesRead), target.NextValues(storedTarget.ValuesRead));
        }
        finally
        {
            Return(stored);
        }
    }

    public override async Task<ColumnChunk> WriteAsync(
        ColumnChunkWriter chunks,
        DataField field,
        ColumnData<TValue> data,
        Dictionary<string, string>? customMetadata,
        CancellationToken cancellationToken
    )
    {
        if (store is null)
        {
            throw new NotSupportedException($"The column '{field.Path}' holds values of {typeof(TValue)}, which are only read.");
        }
        TStored[] stored = ArrayPool<TStored>.Shared.Rent(data.Values.Length);
        try
        {
            Store(store, data.Values.Span, stored);
            ColumnData<TStored> storedData = data.With<TStored>(stored.AsMemory(0, data.Values.Length));
            return await chunks.WriteAsync(field, storedData, customMetadata, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Return(stored);
        }
    }

    private void Load(ReadOnlySpan<TStored> stored, Span<TValue> values)
    {
        for (int i = 0; i < stored.Length; i++)
        {
            values[i] = load(stored[i]);
        }
    }

    private static void Store(Func<TValue, TStored> store, ReadOnlySpan<TValue> values, Span<TStored> stored)
    {
        for (int i = 0; i < values.Length; i++)
        {
            stored[i] = store(values[i]);
        }
    }

    private static void Return(TStored[] stored) =>
        ArrayPool<TStored>.Shared.Return(stored, RuntimeHelpers.IsReferenceOrContainsReferences<TStored>());
}
