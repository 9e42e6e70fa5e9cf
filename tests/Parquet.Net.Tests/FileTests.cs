using Parquet.Data;
using Parquet.Meta;
using Parquet.Schema;

namespace Parquet.Tests;

public sealed class FileTests
{
    private static readonly ParquetOptions Options = new() { CompressionMethod = CompressionMethod.Zstd };

    [Fact]
    public async Task Several_row_groups_and_metadata_come_back()
    {
        var schema = new ParquetSchema(new DataField<int>("a"));
        var stream = new MemoryStream();
        await using (ParquetWriter writer = await ParquetWriter.CreateAsync(schema, stream, Options))
        {
            for (int i = 0; i < 3; i++)
            {
                using ParquetRowGroupWriter group = writer.CreateRowGroup();
                await group.WriteAsync<int>(schema.DataFields[0], Enumerable.Repeat(i, i).ToArray(), null, new() { ["group"] = $"{i}" });
            }
            writer.CustomMetadata = new Dictionary<string, string> { ["format"] = "vlmq-episodes/1", ["é"] = "" };
        }
        await using ParquetReader reader = await ParquetReader.CreateAsync(stream);
        Assert.Equal(3, reader.RowGroupCount);
        Assert.Equal(3, reader.Metadata!.NumRows);
        Assert.Equal("vlmq-episodes/1", reader.CustomMetadata["format"]);
        Assert.Equal("", reader.CustomMetadata["é"]);
        DataField field = reader.Schema.DataFields[0];
        for (int i = 0; i < 3; i++)
        {
            var values = new int[i];
            await reader.OpenRowGroupReader(i).ReadAsync<int>(field, values);
            Assert.Equal(Enumerable.Repeat(i, i), values);
            Assert.Equal($"{i}", reader.OpenRowGroupReader(i).GetCustomMetadata(field)["group"]);
        }
        Assert.Throws<ArgumentOutOfRangeException>(() => reader.OpenRowGroupReader(3));
    }

    [Fact]
    public async Task Appending_adds_row_groups_and_keeps_what_was_there()
    {
        var schema = new ParquetSchema(new DataField<int>("a"), new ListField("l", new DataField<string>("element")));
        Func<ParquetRowGroupWriter, Task> fill = async group =>
        {
            await group.WriteAsync<int>(schema.DataFields[0], new[] { 1, 2 });
            await group.WriteAsync(schema.DataFields[1], (string?[])["x", null, "y"], new[] { 0, 1, 0 });
        };
        MemoryStream stream = await InMemory.WriteAsync(schema, Options, fill);
        await using (ParquetWriter writer = await ParquetWriter.CreateAsync(schema, stream, Options, append: true))
        {
            writer.CustomMetadata = new Dictionary<string, string> { ["k"] = "v" };
            using ParquetRowGroupWriter group = writer.CreateRowGroup();
            await fill(group);
        }
        await using ParquetReader reader = await ParquetReader.CreateAsync(stream);
        Assert.Equal(2, reader.RowGroupCount);
        Assert.Equal(4, reader.Metadata!.NumRows);
        Assert.Equal("v", reader.CustomMetadata["k"]);
        for (int i = 0; i < 2; i++)
        {
            (ReadOnlyMemory<char>[] values, int[] d, int[] r) = await InMemory.ReadRawAsync<ReadOnlyMemory<char>>(
                stream,
                "l/list/element",
                i
            );
            Assert.Equal(["x", "y"], values.Select(value => value.ToString()));
            Assert.Equal([3, 2, 3], d);
            Assert.Equal([0, 1, 0], r);
        }
    }

    [Fact]
    public async Task Appending_to_another_schema_or_to_nothing_is_refused()
    {
        var schema = new ParquetSchema(new DataField<int>("a"));
        var other = new ParquetSchema(new DataField<int?>("a"));
        MemoryStream stream = await InMemory.WriteAsync(schema, Options, group => group.WriteAsync<int>(schema.DataFields[0], new[] { 1 }));
        await Assert.ThrowsAsync<ParquetException>(() => ParquetWriter.CreateAsync(other, stream, Options, append: true));
        await Assert.ThrowsAsync<IOException>(() => ParquetWriter.CreateAsync(schema, new MemoryStream(), Options, append: true));
    }

    [Fact]
    public async Task Statistics_hold_bounds_and_nulls()
    {
        var schema = new ParquetSchema(
            new DataField<int?>("i"),
            new DataField<double>("d"),
            new DataField<float>("nan"),
            new DataField<string>("s"),
            new DataField("x", typeof(byte[])),
            new DataField<float>("zero")
        );
        DataField[] fields = schema.DataFields;
        int[] many = [.. Enumerable.Range(0, 100)];
        MemoryStream stream = await InMemory.WriteAsync(
            schema,
            Options,
            async group =>
            {
                await group.WriteAsync<int>(fields[0], many.Select(i => i % 10 == 0 ? null : (int?)(50 - i)).ToArray());
                await group.WriteAsync<double>(fields[1], many.Select(i => i / 2.0).ToArray());
                await group.WriteAsync<float>(fields[2], many.Select(i => i == 77 ? float.NaN : i).ToArray());
                await group.WriteAsync(
                    fields[3],
                    many.Select(i =>
                            i % 2 == 0 ? null
                            : i == 99 ? "🙂"
                            : i == 97 ? "\uFFFD"
                            : $"b{i}"
                        )
                        .ToArray()
                );
                await group.WriteAsync(fields[4], many.Select(i => (byte[]?)[(byte)i]).ToArray());
                await group.WriteAsync<float>(fields[5], new float[100]);
            }
        );
        await using ParquetReader reader = await ParquetReader.CreateAsync(stream);
        ParquetRowGroupReader rows = reader.OpenRowGroupReader(0);
        AssertStatistics(rows.GetStatistics(fields[0])!, 10, -49, 49);
        AssertStatistics(rows.GetStatistics(fields[1])!, 0, 0.0, 49.5);
        AssertStatistics(rows.GetStatistics(fields[2])!, 0, null, null);
        // In the order of code points the smiling face comes last, though its UTF-16 units do not.
        AssertStatistics(rows.GetStatistics(fields[3])!, 50, "b1", "🙂");
        AssertStatistics(rows.GetStatistics(fields[4])!, 0, null, null);
        AssertStatistics(rows.GetStatistics(fields[5])!, 0, 0f, 0f);
        Assert.True(float.IsNegative((float)rows.GetStatistics(fields[5])!.MinValue!));
    }

    [Fact]
    public async Task A_large_column_is_cut_into_pages_that_begin_with_rows()
    {
        const int Count = 1_000_000;
        var schema = new ParquetSchema(new ListField("l", new DataField<int>("element")), new DataField("x", typeof(byte[]), false));
        int[] values = [.. Enumerable.Range(0, Count)];
        int[] definitions = new int[Count];
        Array.Fill(definitions, 2);
        int[] repetitions = [.. values.Select(i => i % 1000 == 0 ? 0 : 1)];
        ReadOnlyMemory<byte>[] blobs = [.. Enumerable.Range(0, Count / 1000).Select(i => (ReadOnlyMemory<byte>)new byte[3000 + i])];
        MemoryStream stream = await InMemory.WriteAsync(
            schema,
            Options,
            async group =>
            {
                await group.WriteAllPartsAsync<int>(schema.DataFields[0], values, definitions, repetitions, default);
                await group.WriteAsync<ReadOnlyMemory<byte>>(schema.DataFields[1], blobs);
            }
        );
        (int[] readValues, int[] d, int[] r) = await InMemory.ReadRawAsync<int>(stream, "l/list/element");
        Assert.True(values.AsSpan().SequenceEqual(readValues));
        Assert.True(definitions.AsSpan().SequenceEqual(d));
        Assert.True(repetitions.AsSpan().SequenceEqual(r));
        (ReadOnlyMemory<byte>[] readBlobs, _, _) = await InMemory.ReadRawAsync<ReadOnlyMemory<byte>>(stream, "x");
        Assert.Equal(blobs.Select(blob => blob.Length), readBlobs.Select(blob => blob.Length));
    }

    [Fact]
    public async Task Dictionaries_are_left_out_where_values_hardly_repeat()
    {
        var schema = new ParquetSchema(new DataField<string>("few", false), new DataField<string>("many", false));
        var options = new ParquetOptions { CompressionMethod = CompressionMethod.None };
        options.ColumnEncodingHints["few"] = EncodingHint.Dictionary;
        options.ColumnEncodingHints["many"] = EncodingHint.Dictionary;
        MemoryStream stream = await InMemory.WriteAsync(
            schema,
            options,
            async group =>
            {
                await group.WriteAsync(schema.DataFields[0], Enumerable.Range(0, 100).Select(i => $"{i % 5}").ToArray());
                await group.WriteAsync(schema.DataFields[1], Enumerable.Range(0, 100).Select(i => $"{i % 95}").ToArray());
            }
        );
        await using ParquetReader reader = await ParquetReader.CreateAsync(stream);
        List<ColumnChunk> columns = reader.OpenRowGroupReader(0).RowGroup.Columns;
        Assert.True(columns[0].MetaData!.DictionaryPageOffset < columns[0].MetaData!.DataPageOffset);
        Assert.Null(columns[1].MetaData!.DictionaryPageOffset);
        var few = new string?[100];
        await reader.OpenRowGroupReader(0).ReadAsync(schema.DataFields[0], few);
        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"{i % 5}"), few);
    }

    [Fact]
    public async Task Buffers_that_do_not_fit_are_refused()
    {
        var schema = new ParquetSchema(new DataField<int?>("n"), new ListField("l", new DataField<int>("element")));
        MemoryStream stream = await InMemory.WriteAsync(
            schema,
            Options,
            async group =>
            {
                await group.WriteAsync<int>(schema.DataFields[0], new int?[] { 1, null });
                await group.WriteAllPartsAsync<int>(schema.DataFields[1], new[] { 1, 2, 3 }, new[] { 2, 2, 2 }, new[] { 0, 1, 0 }, default);
            }
        );
        await using ParquetReader reader = await ParquetReader.CreateAsync(stream);
        DataField[] fields = reader.Schema.DataFields;
        ParquetRowGroupReader rows = reader.OpenRowGroupReader(0);
        int[] three = new int[3];
        Func<Task>[] attempts =
        [
            () => rows.ReadRawAsync<int>(fields[0], new int[1], three, null).AsTask(),
            () => rows.ReadRawAsync<int>(fields[0], three, null, null).AsTask(),
            () => rows.ReadRawAsync<int>(fields[1], three, three, null).AsTask(),
            () => rows.ReadRawAsync<int>(fields[1], three, three, new int[2]).AsTask(),
            () => rows.ReadRawAsync<long>(fields[0], new long[2], three, null).AsTask(),
            () => rows.ReadAsync<int>(fields[1], three).AsTask(),
            () => rows.ReadAsync<int>(fields[1], new int?[3]).AsTask(),
        ];
        foreach (Func<Task> attempt in attempts)
        {
            await Assert.ThrowsAsync<ArgumentException>(attempt);
        }
        var stranger = new ParquetSchema(new DataField<int>("stranger"));
        await Assert.ThrowsAsync<ParquetException>(() => rows.ReadAsync<int>(stranger.DataFields[0], three).AsTask());
        Assert.False(rows.ColumnExists(stranger.DataFields[0]));
    }

    private static void AssertStatistics(DataColumnStatistics statistics, long nulls, object? least, object? greatest)
    {
        Assert.Equal(nulls, statistics.NullCount);
        Assert.Equal(least, statistics.MinValue);
        Assert.Equal(greatest, statistics.MaxValue);
    }
}
