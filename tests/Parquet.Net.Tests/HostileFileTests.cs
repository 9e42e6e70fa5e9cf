using System.Buffers.Binary;
using System.IO.Compression;
using Parquet.Data;
using Parquet.Meta.Proto;
using Parquet.Schema;
using VlmQ.Tests.Shared;

namespace Parquet.Tests;

public sealed class HostileFileTests
{
    private const int Rows = 60;
    private const long Mebibyte = 1 << 20;

    [Fact]
    public async Task Damaged_files_are_read_or_refused_within_the_budget_and_nothing_else()
    {
        List<byte[]> originals = await OriginalsAsync();
        int refused = await Fuzz.RunAsync(originals, Read, IsClean, Budget, Mutate);
        // Most damage shows; some of it (in values that no checksum covers) cannot.
        Assert.InRange(refused, Fuzz.Mutations / 4, Fuzz.Mutations);
    }

    [Theory]
    [InlineData(CompressionMethod.Brotli)]
    [InlineData(CompressionMethod.Zstd)]
    public async Task Pages_that_decompress_to_far_more_than_they_account_for_are_refused(CompressionMethod codec)
    {
        var schema = new ParquetSchema(new DataField("x", typeof(byte[]), false));
        byte[] zeros = new byte[16 * Mebibyte];
        // Each value fills a page of its own; together they pass the budget.
        var options = new ParquetOptions { CompressionMethod = codec, CompressionLevel = CompressionLevel.Fastest };
        MemoryStream file = await InMemory.WriteAsync(
            schema,
            options,
            group => group.WriteAsync(schema.DataFields[0], Enumerable.Repeat<byte[]?>(zeros, 20).ToArray())
        );
        Assert.InRange(file.Length, 0, Mebibyte / 16);
        await AssertRefusedAsync(file);
    }

    [Fact]
    public async Task A_dictionary_whose_one_long_value_is_called_for_without_end_is_not_copied_each_time()
    {
        var schema = new ParquetSchema(new DataField("x", typeof(byte[]), false), new DataField<string>("t", false));
        const int Values = 600;
        var options = new ParquetOptions { CompressionMethod = CompressionMethod.Zstd, CompressionLevel = CompressionLevel.Fastest };
        options.ColumnEncodingHints["x"] = EncodingHint.Dictionary;
        options.ColumnEncodingHints["t"] = EncodingHint.Dictionary;
        MemoryStream file = await InMemory.WriteAsync(
            schema,
            options,
            async group =>
            {
                await group.WriteAsync(schema.DataFields[0], Enumerable.Repeat<byte[]?>(new byte[Mebibyte], Values).ToArray());
                await group.WriteAsync(schema.DataFields[1], Enumerable.Repeat<string?>(new string('a', (int)Mebibyte), Values).ToArray());
            }
        );
        await using ParquetReader reader = await ParquetReader.CreateAsync(file);
        DataField[] fields = reader.Schema.DataFields;
        await Assert.ThrowsAsync<ParquetException>(async () =>
            await reader.OpenRowGroupReader(0).ReadAsync(fields[0], new byte[]?[Values])
        );
        var texts = new string?[Values];
        await reader.OpenRowGroupReader(0).ReadAsync(fields[1], texts);
        Assert.All(texts, text => Assert.Same(texts[0], text));
    }

    [Fact]
    public async Task Page_indexes_are_passed_over_even_where_they_are_damaged()
    {
        string path = Path.Combine(Repository.Root, "tests", "Parquet.Net.Tests", "Seeds", "arrow-v2-snappy-plain.parquet");
        byte[] file = await System.IO.File.ReadAllBytesAsync(path);
        int footerStart = file.Length - 8 - BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(file.Length - 8));
        await using ParquetReader reader = await ParquetReader.CreateAsync(new MemoryStream(file));
        long pagesEnd = reader
            .RowGroups.SelectMany(group => group.RowGroup.Columns)
            .Max(chunk => (chunk.MetaData!.DictionaryPageOffset ?? chunk.MetaData.DataPageOffset) + chunk.MetaData.TotalCompressedSize);
        Assert.InRange(footerStart - pagesEnd, 100, file.Length);
        file.AsSpan((int)pagesEnd, footerStart - (int)pagesEnd).Fill(0xFF);
        await ReadAsync(file);
    }

    [Theory]
    // An unknown field that holds a struct that holds a struct, and so on; then lists.
    [InlineData(0xFC, 0x1C)]
    [InlineData(0xF9, 0x19)]
    public async Task Metadata_nested_without_end_are_refused(byte first, byte each)
    {
        byte[] nested = new byte[1 << 20];
        Array.Fill(nested, each);
        await Assert.ThrowsAsync<ThriftProtocolException>(() => ReadAsync(FileOf([first, .. nested])));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_schema_nested_without_end_is_refused(bool lists)
    {
        const int Depth = 10_000;
        // Field 2, a list of structs, its count in two bytes; the root has a name and one child.
        var footer = new List<byte> { 0x29, 0xFC, (Depth + 1) & 0x7F | 0x80, (Depth + 1) >> 7, 0x48, 1, (byte)'r', 0x15, 2, 0 };
        for (int i = 0; i < Depth; i++)
        {
            // Repetition (optional, or in turn repeated), name, one child, and of a list its converted type.
            bool isList = lists && i % 2 == 0;
            footer.AddRange([0x35, (byte)(lists && !isList ? 4 : 2), 0x18, 1, (byte)'a', 0x15, 2]);
            footer.AddRange(isList ? [0x15, 6, 0] : [0]);
        }
        await Assert.ThrowsAsync<ThriftProtocolException>(() => ReadAsync(FileOf([.. footer, 0])));
    }

    private static byte[] FileOf(ReadOnlySpan<byte> footer)
    {
        byte[] length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, footer.Length);
        return [.. "PAR1"u8, .. footer, .. length, .. "PAR1"u8];
    }

    private static async Task AssertRefusedAsync(MemoryStream file)
    {
        await using ParquetReader reader = await ParquetReader.CreateAsync(file);
        DataField field = reader.Schema.DataFields[0];
        ParquetException refusal = await Assert.ThrowsAsync<ParquetException>(async () =>
        {
            using RawColumnData column = await reader.OpenRowGroupReader(0).ReadRawColumnDataBaseAsync(field);
        });
        Assert.Contains("far more memory", refusal.Message);
    }

    private static bool IsClean(Exception thrown) => thrown is IOException or ThriftProtocolException or ParquetException;

    /// <summary>What the reader states of a column chunk, for its values and again for its pages, and some for everything else.</summary>
    private static long Budget(int length) => (2 * ((256 * Mebibyte) + (1024L * length))) + (64 * Mebibyte);

    /// <summary>Damages the whole file, or its footer alone, or its pages alone, so that each is reached.</summary>
    private static byte[] Mutate(byte[] original, int seed)
    {
        int footerLength = BinaryPrimitives.ReadInt32LittleEndian(original.AsSpan(original.Length - 8));
        int start = original.Length - 8 - footerLength;
        switch (seed / 7 % 3)
        {
            case 0:
                return Mutations.Of(original, seed);
            case 1:
                byte[] footer = Mutations.Of(original.AsSpan(start, footerLength), seed);
                return [.. "PAR1"u8, .. original.AsSpan(4, start - 4), .. FileOf(footer).AsSpan(4)];
            default:
                byte[] pages = Mutations.Of(original.AsSpan(4, start - 4), seed);
                Array.Resize(ref pages, start - 4);
                return [.. "PAR1"u8, .. pages, .. original.AsSpan(start)];
        }
    }

    private static void Read(byte[] file) => ReadAsync(file).GetAwaiter().GetResult();

    /// <summary>Reads every column of every row group.</summary>
    internal static async Task ReadAsync(byte[] file)
    {
        await using ParquetReader reader = await ParquetReader.CreateAsync(new MemoryStream(file));
        DataField[] fields = reader.Schema.DataFields;
        foreach (ParquetRowGroupReader group in reader.RowGroups)
        {
            foreach (DataField field in fields)
            {
                _ = group.GetStatistics(field);
                using RawColumnData column = await group.ReadRawColumnDataBaseAsync(field);
            }
        }
    }

    /// <summary>
    /// Our files with every codec, with and without dictionaries; others' with pages of both versions, every encoding and every type; and
    /// old forms.
    /// </summary>
    private static async Task<List<byte[]>> OriginalsAsync()
    {
        var originals = new List<byte[]>();
        foreach (TheoryDataRow<CompressionMethod> codec in InMemory.Codecs)
        {
            originals.Add(await SampleAsync(codec.Data, dictionary: false));
            originals.Add(await SampleAsync(codec.Data, dictionary: true));
        }
        string seeds = Path.Combine(Repository.Root, "tests", "Parquet.Net.Tests", "Seeds");
        foreach (string path in Directory.EnumerateFiles(seeds, "*.parquet").Order(StringComparer.Ordinal))
        {
            originals.Add(await System.IO.File.ReadAllBytesAsync(path));
        }
        originals.AddRange(HandMade.Samples());
        Assert.Equal((2 * InMemory.Codecs.Count) + 9, originals.Count);
        Assert.All(originals, Read);
        return originals;
    }

    /// <summary>A small file of columns of every type, in memory.</summary>
    internal static async Task<byte[]> SampleAsync(CompressionMethod codec, bool dictionary)
    {
        SampleColumn[] columns = [.. SampleColumn.All().Where((column, i) => i % 3 == 0 || column.Root.Name == "nested")];
        var schema = new ParquetSchema(columns.Select(column => column.Root));
        var options = new ParquetOptions
        {
            CompressionMethod = codec,
            CompressionLevel = CompressionLevel.Fastest,
            DictionaryEncodingThreshold = 1,
        };
        foreach (DataField leaf in schema.DataFields.Where(_ => dictionary))
        {
            options.ColumnEncodingHints[leaf.Path.ToString()] = EncodingHint.Dictionary;
        }
        MemoryStream stream = await InMemory.WriteAsync(
            schema,
            options,
            async group =>
            {
                for (int i = 0; i < columns.Length; i++)
                {
                    await columns[i].WriteAsync(group, schema.DataFields[i], Rows);
                }
            }
        );
        return stream.ToArray();
    }
}
