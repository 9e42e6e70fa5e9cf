using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Parquet.Compression;
using Parquet.Encodings;
using Parquet.Meta;

namespace Parquet.Columns;

/// <summary>Reads column chunks, one after the other, and keeps its buffers and codecs between them.</summary>
internal sealed class ColumnChunkReader(Stream stream) : IDisposable
{
    private readonly Dictionary<CompressionCodec, PageCodec> codecs = [];
    private readonly PooledBuffer stored = new();
    private readonly PooledBuffer plain = new();

    /// <summary>Fills the target from a chunk.</summary>
    /// <exception cref="ParquetException">The chunk is damaged, or its compression or encoding is not supported.</exception>
    public async ValueTask ReadAsync<T>(ColumnMetaData meta, ColumnTarget<T> target, long rowCount, CancellationToken cancellationToken)
        where T : struct
    {
        PageCodec codec = CodecFor(meta.Codec);
        var pages = new PageSource(stream, stored);
        pages.Open(meta.Start, meta.TotalCompressedSize);
        while (!target.IsFull)
        {
            if (!pages.HasMore)
            {
                throw new ParquetException(
                    $"The column chunk of '{target.Field.Path}' ends after {target.LevelsRead} of {target.LevelCount} values; the file is damaged."
                );
            }
            PageHeader header = await pages.NextAsync(cancellationToken).ConfigureAwait(false);
            bool owned = KeepsPage<T>(header) && codec is UncompressedCodec;
            ReadOnlyMemory<byte> body = owned
                ? await pages.TakeOwnAsync(target.NewPage, cancellationToken).ConfigureAwait(false)
                : await pages.TakeAsync(cancellationToken).ConfigureAwait(false);
            ReadPage(header, body, codec, target);
        }
        target.Finish(rowCount);
        // Of many files that are open at once, few are being read: their buffers are the others' meanwhile.
        stored.Dispose();
        plain.Dispose();
    }

    public void Dispose()
    {
        foreach (PageCodec codec in codecs.Values)
        {
            codec.Dispose();
        }
        codecs.Clear();
        stored.Dispose();
        plain.Dispose();
    }

    private PageCodec CodecFor(CompressionCodec codec)
    {
        if (!codecs.TryGetValue(codec, out PageCodec? existing))
        {
            existing = PageCodec.Create(codec, CompressionLevel.Optimal);
            codecs.Add(codec, existing);
        }
        return existing;
    }

    private void ReadPage<T>(PageHeader header, ReadOnlyMemory<byte> body, PageCodec codec, ColumnTarget<T> target)
        where T : struct
    {
        target.Budget.Take(header.UncompressedSize);
        switch (header.Type)
        {
            case PageType.DICTIONARY_PAGE:
                ReadDictionary(header, body, codec, target);
                break;
            case PageType.DATA_PAGE:
                ReadDataPage(header, body, codec, target);
                break;
            case PageType.DATA_PAGE_V2:
                ReadDataPageV2(header, body, codec, target);
                break;
            case PageType.INDEX_PAGE:
                break;
            default:
                throw new ParquetException($"A page of '{target.Field.Path}' is of the unknown type {(int)header.Type}.");
        }
    }

    private void ReadDictionary<T>(PageHeader header, ReadOnlyMemory<byte> body, PageCodec codec, ColumnTarget<T> target)
        where T : struct
    {
        if (target.Dictionary is not null || header.Encoding is not (Meta.Encoding.PLAIN or Meta.Encoding.PLAIN_DICTIONARY))
        {
            throw new ParquetException(
                $"The dictionary page of '{target.Field.Path}' is not the only one, or is encoded as {header.Encoding}."
            );
        }
        ReadOnlyMemory<byte> page = Decompress(body, header.UncompressedSize, codec, target, KeepsPage<T>(header));
        int leastBits =
            typeof(T) == typeof(bool) ? 1
            : RuntimeHelpers.IsReferenceOrContainsReferences<T>() ? 8 * (target.Field.FixedLength ?? sizeof(int))
            : 8 * Unsafe.SizeOf<T>();
        if (header.ValueCount < 0 || header.ValueCount * (long)leastBits > page.Length * 8L)
        {
            throw new ParquetException(
                $"The dictionary of '{target.Field.Path}' claims {header.ValueCount} values in {page.Length} bytes."
            );
        }
        target.Budget.Take(header.ValueCount * (long)Unsafe.SizeOf<T>());
        var dictionary = new T[header.ValueCount];
        PlainDecoder.Decode<T>(page, target.Field.FixedLength, dictionary);
        if (typeof(T) == typeof(ReadOnlyMemory<char>))
        {
            ShareTexts(Reinterpret.As<T, ReadOnlyMemory<char>>(dictionary.AsSpan()));
        }
        target.Dictionary = dictionary;
    }

    // Text that is a whole string is handed out as that string, not as another copy for each value that refers to it.
    private static void ShareTexts(Span<ReadOnlyMemory<char>> texts)
    {
        for (int i = 0; i < texts.Length; i++)
        {
            texts[i] = texts[i].ToString().AsMemory();
        }
    }

    private void ReadDataPage<T>(PageHeader header, ReadOnlyMemory<byte> body, PageCodec codec, ColumnTarget<T> target)
        where T : struct
    {
        int count = CheckCount(header, target);
        ReadOnlyMemory<byte> page = Decompress(body, header.UncompressedSize, codec, target, KeepsPage<T>(header));
        int position = 0;
        position += ReadLevels(page.Span, header.RepetitionLevelEncoding, target.Field.MaxRepetitionLevel, target.NextRepetitions(count));
        Span<int> definitions = target.NextDefinitions(count);
        position += ReadLevels(page.Span[position..], header.DefinitionLevelEncoding, target.Field.MaxDefinitionLevel, definitions);
        ReadValues(header, page[position..], count, definitions, target);
    }

    private void ReadDataPageV2<T>(PageHeader header, ReadOnlyMemory<byte> body, PageCodec codec, ColumnTarget<T> target)
        where T : struct
    {
        int count = CheckCount(header, target);
        int repetitionBytes = header.RepetitionLevelBytes;
        int definitionBytes = header.DefinitionLevelBytes;
        long levelBytes = (long)repetitionBytes + definitionBytes;
        if (repetitionBytes < 0 || definitionBytes < 0 || levelBytes > body.Length || levelBytes > header.UncompressedSize)
        {
            throw new ParquetException($"A page of '{target.Field.Path}' claims more bytes of levels than it has.");
        }
        ReadRuns(body.Span[..repetitionBytes], target.Field.MaxRepetitionLevel, target.NextRepetitions(count));
        Span<int> definitions = target.NextDefinitions(count);
        ReadRuns(body.Span.Slice(repetitionBytes, definitionBytes), target.Field.MaxDefinitionLevel, definitions);
        ReadOnlyMemory<byte> values = body[(int)levelBytes..];
        int length = header.UncompressedSize - (int)levelBytes;
        // Where no value is defined there is nothing to decompress, and some writers store nothing at all.
        PageCodec used = header.IsCompressed && values.Length > 0 ? codec : CodecFor(CompressionCodec.UNCOMPRESSED);
        values = Decompress(values, length, used, target, KeepsPage<T>(header));
        ReadValues(header, values, count, definitions, target);
    }

    private static int CheckCount<T>(PageHeader header, ColumnTarget<T> target)
        where T : struct
    {
        int left = target.LevelCount - target.LevelsRead;
        return header.ValueCount >= 0 && header.ValueCount <= left
            ? header.ValueCount
            : throw new ParquetException(
                $"A page of '{target.Field.Path}' claims {header.ValueCount} values where {left} are left; the file is damaged."
            );
    }

    /// <summary>Levels of version 1: a length, then runs.</summary>
    private static int ReadLevels(ReadOnlySpan<byte> page, Meta.Encoding encoding, int maximum, Span<int> levels)
    {
        if (maximum == 0)
        {
            return 0;
        }
        if (encoding != Meta.Encoding.RLE)
        {
            throw new ParquetException($"Levels encoded as {encoding} are not supported.");
        }
        int length = page.Length < 4 ? -1 : BinaryPrimitives.ReadInt32LittleEndian(page);
        if (length < 0 || length > page.Length - 4)
        {
            throw new ParquetException("A page ends in the middle of its levels; it is damaged.");
        }
        ReadRuns(page.Slice(4, length), maximum, levels);
        return 4 + length;
    }

    private static void ReadRuns(ReadOnlySpan<byte> source, int maximum, Span<int> levels)
    {
        if (maximum > 0)
        {
            RunLengthDecoder.Decode(source, RunLengthEncoder.BitWidth(maximum), maximum, levels);
        }
    }

    private static void ReadValues<T>(
        PageHeader header,
        ReadOnlyMemory<byte> source,
        int count,
        ReadOnlySpan<int> definitions,
        ColumnTarget<T> target
    )
        where T : struct
    {
        int highest = target.Field.MaxDefinitionLevel;
        int defined = highest == 0 ? count : definitions.Count(highest);
        if (defined > 0)
        {
            ValueDecoder.Decode(
                header.Encoding,
                source,
                target.Field.FixedLength,
                target.Dictionary,
                target.NextValues(defined),
                target.Budget
            );
        }
        target.Advance(count, defined);
    }

    // Binary values are handed out as slices of their page, so the page must not be a buffer that is used again.
    private static bool KeepsPage<T>(PageHeader header) =>
        typeof(T) == typeof(ReadOnlyMemory<byte>)
        && (
            header.Type == PageType.DICTIONARY_PAGE
            || header.Encoding is not (Meta.Encoding.PLAIN_DICTIONARY or Meta.Encoding.RLE_DICTIONARY)
        );

    private bool IsReused(ReadOnlyMemory<byte> memory) =>
        MemoryMarshal.TryGetArray(memory, out ArraySegment<byte> segment) && ReferenceEquals(segment.Array, stored.Array);

    private ReadOnlyMemory<byte> Decompress<T>(ReadOnlyMemory<byte> source, int length, PageCodec codec, ColumnTarget<T> target, bool keep)
        where T : struct
    {
        if (source.IsEmpty && length == 0)
        {
            return source;
        }
        codec.CheckClaim(source.Span, length);
        // A page that is to be kept may have been read into memory of its own already.
        if (codec is UncompressedCodec && (!keep || !IsReused(source)))
        {
            return source;
        }
        if (keep)
        {
            Memory<byte> page = target.NewPage(length);
            codec.Decompress(source.Span, page.Span);
            return page;
        }
        plain.Clear();
        codec.Decompress(source.Span, plain.Reserve(length)[..length]);
        plain.Advance(length);
        return plain.Memory;
    }
}
