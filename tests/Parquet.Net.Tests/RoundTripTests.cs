using System.IO.Compression;
using Parquet.Schema;

namespace Parquet.Tests;

public sealed class RoundTripTests
{
    private const int Rows = 5000;

    public static TheoryData<CompressionMethod> Codecs => InMemory.Codecs;

    private static readonly int[] Ints = [.. Enumerable.Range(0, Rows).Select(i => (i * 7919) % 1000 - 500)];

    [Theory]
    [MemberData(nameof(Codecs))]
    public async Task Required_numbers_come_back_through_every_codec(CompressionMethod codec)
    {
        int[] ints = Ints;
        long[] longs = [.. ints.Select(i => i * 10_000_000_000L)];
        float[] floats = [.. ints.Select(i => i / 3f)];
        double[] doubles = [.. ints.Select(i => i / 7.0)];
        bool[] bools = [.. ints.Select(i => i % 3 == 0)];
        var schema = new ParquetSchema(
            new DataField<int>("i"),
            new DataField<long>("l"),
            new DataField<float>("f"),
            new DataField<double>("d"),
            new DataField<bool>("b")
        );
        MemoryStream file = await InMemory.WriteAsync(
            schema,
            Options(codec),
            async group =>
            {
                await group.WriteAsync<int>(schema.DataFields[0], ints);
                await group.WriteAsync<long>(schema.DataFields[1], longs);
                await group.WriteAsync<float>(schema.DataFields[2], floats);
                await group.WriteAsync<double>(schema.DataFields[3], doubles);
                await group.WriteAsync<bool>(schema.DataFields[4], bools);
            }
        );
        Assert.Equal(ints, await ReadAsync<int>(file, "i"));
        Assert.Equal(longs, await ReadAsync<long>(file, "l"));
        Assert.Equal(floats, await ReadAsync<float>(file, "f"));
        Assert.Equal(doubles, await ReadAsync<double>(file, "d"));
        Assert.Equal(bools, await ReadAsync<bool>(file, "b"));
    }

    [Theory]
    [MemberData(nameof(Codecs))]
    public async Task Nullable_columns_come_back_through_every_codec(CompressionMethod codec)
    {
        int?[] ints = [.. Ints.Select(i => i % 5 == 0 ? null : (int?)i)];
        bool?[] bools = [.. Ints.Select(i => i % 7 == 0 ? null : (bool?)(i > 0))];
        string?[] texts = [.. Ints.Select(i => i % 11 == 0 ? null : $"é{i}🙂")];
        byte[]?[] blobs = [.. Ints.Select(i => i % 13 == 0 ? null : new byte[Math.Abs(i) % 50])];
        var schema = new ParquetSchema(
            new DataField<int?>("i"),
            new DataField<bool?>("b"),
            new DataField<string>("s"),
            new DataField("x", typeof(byte[]))
        );
        MemoryStream file = await InMemory.WriteAsync(
            schema,
            Options(codec),
            async group =>
            {
                await group.WriteAsync<int>(schema.DataFields[0], ints);
                await group.WriteAsync<bool>(schema.DataFields[1], bools);
                await group.WriteAsync(schema.DataFields[2], texts);
                await group.WriteAsync(schema.DataFields[3], blobs);
            }
        );
        await using ParquetReader reader = await ParquetReader.CreateAsync(file);
        DataField[] fields = reader.Schema.DataFields;
        ParquetRowGroupReader rows = reader.OpenRowGroupReader(0);
        var readInts = new int?[Rows];
        var readBools = new bool?[Rows];
        var readTexts = new string?[Rows];
        var readBlobs = new byte[]?[Rows];
        await rows.ReadAsync<int>(fields[0], readInts);
        await rows.ReadAsync<bool>(fields[1], readBools);
        await rows.ReadAsync(fields[2], readTexts);
        await rows.ReadAsync(fields[3], readBlobs);
        Assert.Equal(ints, readInts);
        Assert.Equal(bools, readBools);
        Assert.Equal(texts, readTexts);
        Assert.Equal(blobs, readBlobs);
    }

    private static ParquetOptions Options(CompressionMethod codec) =>
        new() { CompressionMethod = codec, CompressionLevel = CompressionLevel.Fastest };

    private static async Task<T[]> ReadAsync<T>(Stream file, string path)
        where T : struct
    {
        await using ParquetReader reader = await ParquetReader.CreateAsync(file);
        var values = new T[reader.OpenRowGroupReader(0).RowCount];
        await reader.OpenRowGroupReader(0).ReadAsync<T>(reader.Schema.FindDataField(new FieldPath(path.Split('/'))), values);
        return values;
    }
}
