using System.Buffers;
using System.Buffers.Binary;
using Parquet.Compression;
using Parquet.Encodings;
using Parquet.Meta;
using Parquet.Schema;

namespace Parquet.Columns;

/// <summary>Writes column chunks, one after the other, and keeps its buffers between them.</summary>
internal sealed class ColumnChunkWriter(OutputFile file, ParquetOptions options) : IDisposable
{
    // A page header has a handful of small numbers; it is put directly before the page, so that both leave in one write.
    private const int HeaderRoom = 64;

    private readonly PageCodec codec = PageCodec.Create((CompressionCodec)options.CompressionMethod, options.CompressionLevel);
    private readonly PooledBuffer plain = new();
    private readonly PooledBuffer compressed = new();
    private readonly PooledBuffer header = new();

    /// <summary>Writes a chunk and describes it.</summary>
    public async Task<ColumnChunk> WriteAsync<T>(
        DataField field,
        ColumnData<T> data,
        Dictionary<string, string>? customMetadata,
        CancellationToken cancellationToken
    )
        where T : struct
    {
        ColumnMetaData meta = Describe(field, data, customMetadata);
        long start = file.Position;
        int[]? indexes = WantsDictionary<T>(field) ? ArrayPool<int>.Shared.Rent(data.Values.Length) : null;
        try
        {
            if (
                indexes is not null
                && DictionaryBuilder.TryBuild(
                    data.Values.Span,
                    indexes,
                    options.DictionaryEncodingThreshold,
                    options.DictionaryEncodingSampleSize,
                    out T[]? dictionary
                )
            )
            {
                DescribeBounds<T>(field, dictionary, meta);
                await WriteDictionaryAsync(field, dictionary, meta, cancellationToken).ConfigureAwait(false);
                ReadOnlyMemory<int> numbers = indexes.AsMemory(0, data.Values.Length);
                await WritePagesAsync(field, data, numbers, dictionary.Length, meta, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                DescribeBounds(field, data.Values.Span, meta);
                await WritePagesAsync(field, data, data.Values, 0, meta, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            if (indexes is not null)
            {
                ArrayPool<int>.Shared.Return(indexes);
            }
        }
        return new ColumnChunk { FileOffset = start, MetaData = meta };
    }

    public void Dispose()
    {
        codec.Dispose();
        plain.Dispose();
        compressed.Dispose();
        header.Dispose();
    }

    private static ColumnMetaData Describe<T>(DataField field, ColumnData<T> data, Dictionary<string, string>? customMetadata)
        where T : struct =>
        new()
        {
            Type = ColumnTypes.ElementFor(field).Type!.Value,
            PathInSchema = field.Path.ToList(),
            NumValues = data.LevelCount,
            Encodings = [Encoding.RLE, Encoding.PLAIN],
            KeyValueMetadata = customMetadata?.Select(entry => new KeyValue { Key = entry.Key, Value = entry.Value }).ToList(),
            Statistics = new Statistics { NullCount = data.LevelCount - data.Values.Length },
        };

    // Unsigned numbers of full width are stored as signed ones, whose order is another.
    private static void DescribeBounds<T>(DataField field, ReadOnlySpan<T> values, ColumnMetaData meta)
        where T : struct
    {
        if (field.ClrType != typeof(uint) && field.ClrType != typeof(ulong))
        {
            Bounds.Describe(values, meta.Statistics!);
        }
    }

    private bool WantsDictionary<T>(DataField field)
        where T : struct =>
        options.HintFor(field) switch
        {
            EncodingHint.Default => false,
            EncodingHint.Dictionary => typeof(T) != typeof(bool),
            EncodingHint hint => throw new NotSupportedException(
                $"The column '{field.Path}' is to be encoded as {hint}, which is not written yet."
            ),
        };

    private async Task WriteDictionaryAsync<T>(DataField field, T[] dictionary, ColumnMetaData meta, CancellationToken cancellationToken)
        where T : struct
    {
        plain.Clear();
        PlainEncoder.Encode<T>(dictionary, field.FixedLength, plain);
        meta.DictionaryPageOffset = file.Position;
        meta.Encodings.Add(Encoding.RLE_DICTIONARY);
        var page = new PageHeader
        {
            Type = PageType.DICTIONARY_PAGE,
            ValueCount = dictionary.Length,
            Encoding = Encoding.PLAIN,
        };
        await WritePageAsync(page, meta, cancellationToken).ConfigureAwait(false);
    }

    /// <param name="field">The column.</param>
    /// <param name="data">Its levels.</param>
    /// <param name="values">The values themselves, or their indexes in the dictionary.</param>
    /// <param name="dictionaryLength">Entries of the dictionary; 0 where there is none.</param>
    /// <param name="meta">Receives offsets and sizes.</param>
    /// <param name="cancellationToken">Stops between pages.</param>
    private async Task WritePagesAsync<T, TValue>(
        DataField field,
        ColumnData<T> data,
        ReadOnlyMemory<TValue> values,
        int dictionaryLength,
        ColumnMetaData meta,
        CancellationToken cancellationToken
    )
        where T : struct
        where TValue : struct
    {
        meta.DataPageOffset = file.Position;
        PageRange range = default;
        do
        {
            range = PageRange.After(range, values.Span, data.DefinitionLevels.Span, data.RepetitionLevels.Span, field.MaxDefinitionLevel);
            plain.Clear();
            EncodeLevels(data.RepetitionLevels.Span, range, field.MaxRepetitionLevel);
            EncodeLevels(data.DefinitionLevels.Span, range, field.MaxDefinitionLevel);
            EncodeValues(values.Span.Slice(range.ValueStart, range.ValueCount), dictionaryLength, field.FixedLength);
            var page = new PageHeader
            {
                Type = PageType.DATA_PAGE,
                ValueCount = range.LevelCount,
                Encoding = dictionaryLength > 0 ? Encoding.RLE_DICTIONARY : Encoding.PLAIN,
            };
            await WritePageAsync(page, meta, cancellationToken).ConfigureAwait(false);
        } while (range.LevelStart + range.LevelCount < data.LevelCount);
    }

    private void EncodeLevels(ReadOnlySpan<int> levels, PageRange range, int maximum)
    {
        if (maximum == 0)
        {
            return;
        }
        int start = plain.Length;
        plain.Reserve(4);
        plain.Advance(4);
        RunLengthEncoder.Encode(levels.Slice(range.LevelStart, range.LevelCount), RunLengthEncoder.BitWidth(maximum), plain);
        BinaryPrimitives.WriteInt32LittleEndian(plain.Array.AsSpan(start), plain.Length - start - 4);
    }

    private void EncodeValues<TValue>(ReadOnlySpan<TValue> values, int dictionaryLength, int? fixedLength)
        where TValue : struct
    {
        if (dictionaryLength == 0)
        {
            PlainEncoder.Encode(values, fixedLength, plain);
            return;
        }
        int bitWidth = RunLengthEncoder.BitWidth(dictionaryLength - 1);
        plain.WriteByte((byte)bitWidth);
        RunLengthEncoder.Encode(Reinterpret.As<TValue, int>(values), bitWidth, plain);
    }

    private async Task WritePageAsync(PageHeader page, ColumnMetaData meta, CancellationToken cancellationToken)
    {
        compressed.Clear();
        compressed.Reserve(HeaderRoom);
        compressed.Advance(HeaderRoom);
        codec.Compress(plain.Span, compressed);
        page.UncompressedSize = plain.Length;
        page.CompressedSize = compressed.Length - HeaderRoom;
        header.Clear();
        page.Write(header);
        int begin = HeaderRoom - header.Length;
        header.Span.CopyTo(compressed.Array.AsSpan(begin));
        await file.WriteAsync(compressed.Memory[begin..], cancellationToken).ConfigureAwait(false);
        meta.Codec = (CompressionCodec)options.CompressionMethod;
        meta.TotalUncompressedSize += header.Length + page.UncompressedSize;
        meta.TotalCompressedSize += header.Length + page.CompressedSize;
    }
}
