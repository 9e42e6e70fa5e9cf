using Parquet.Data;
using Parquet.Schema;

namespace Parquet.Tests;

public sealed class NestedTests
{
    private static readonly ParquetOptions Options = new() { CompressionMethod = CompressionMethod.Snappy };

    public static TheoryData<CompressionMethod> Codecs => InMemory.Codecs;

    [Theory]
    [MemberData(nameof(Codecs))]
    public async Task Lists_keep_null_lists_empty_lists_and_items_apart(CompressionMethod codec)
    {
        var schema = new ParquetSchema(new ListField("tokens", new DataField<int>("element")));
        // [7, 8], null, [], [9]
        int[] definitions = [2, 2, 0, 1, 2];
        int[] repetitions = [0, 1, 0, 0, 0];
        MemoryStream file = await InMemory.WriteAsync(
            schema,
            new ParquetOptions { CompressionMethod = codec },
            group => group.WriteAllPartsAsync<int>(schema.DataFields[0], new[] { 7, 8, 9 }, definitions, repetitions, default)
        );
        (int[] values, int[] readDefinitions, int[] readRepetitions) = await InMemory.ReadRawAsync<int>(file, "tokens/list/element");
        Assert.Equal([7, 8, 9], values);
        Assert.Equal(definitions, readDefinitions);
        Assert.Equal(repetitions, readRepetitions);
        await using ParquetReader reader = await ParquetReader.CreateAsync(file);
        Assert.Equal(4, reader.OpenRowGroupReader(0).RowCount);
    }

    [Fact]
    public void Levels_of_every_kind_of_list_have_the_heights_that_the_format_gives_them()
    {
        var schema = new ParquetSchema(
            new ListField("required", new DataField<int>("element")),
            new ListField("texts", new DataField<string>("element")),
            new ListField("lists", new ListField("element", new DataField<int>("element"))),
            new StructField("image", new DataField("bytes", typeof(byte[])), new DataField<string>("path"))
        );
        Assert.Equal(
            [
                "required/list/element 2 1",
                "texts/list/element 3 1",
                "lists/list/element/list/element 4 2",
                "image/bytes 2 0",
                "image/path 2 0",
            ],
            schema.DataFields.Select(field => $"{field.Path} {field.MaxDefinitionLevel} {field.MaxRepetitionLevel}")
        );
    }

    [Fact]
    public async Task Lists_of_lists_come_back()
    {
        var schema = new ParquetSchema(new ListField("m", new ListField("element", new DataField<double>("element"))));
        // [[1, 2], [], null, [3]], null, [], [[]]
        int[] definitions = [4, 4, 3, 2, 4, 0, 1, 3];
        int[] repetitions = [0, 2, 1, 1, 1, 0, 0, 0];
        MemoryStream file = await InMemory.WriteAsync(
            schema,
            Options,
            group => group.WriteAllPartsAsync<double>(schema.DataFields[0], new[] { 1.0, 2, 3 }, definitions, repetitions, default)
        );
        (double[] values, int[] d, int[] r) = await InMemory.ReadRawAsync<double>(file, "m/list/element/list/element");
        Assert.Equal([1.0, 2, 3], values);
        Assert.Equal(definitions, d);
        Assert.Equal(repetitions, r);
    }

    [Fact]
    public async Task Structs_keep_a_null_struct_apart_from_a_null_member()
    {
        var schema = new ParquetSchema(new StructField("image", new DataField("bytes", typeof(byte[])), new DataField<string>("path")));
        ReadOnlyMemory<byte>[] bytes = [new byte[] { 1, 2 }, Array.Empty<byte>()];
        int[] definitions = [2, 0, 1, 2];
        MemoryStream file = await InMemory.WriteAsync(
            schema,
            Options,
            async group =>
            {
                await group.WriteAllPartsAsync<ReadOnlyMemory<byte>>(schema.DataFields[0], bytes, definitions, null, default);
                await group.WriteAsync(schema.DataFields[1], (string?[])["a", null, null, "b"]);
            }
        );
        (ReadOnlyMemory<byte>[] values, int[] d, _) = await InMemory.ReadRawAsync<ReadOnlyMemory<byte>>(file, "image/bytes");
        Assert.Equal(
            [
                [1, 2],
                [],
            ],
            values.Select(value => value.ToArray())
        );
        Assert.Equal(definitions, d);
        await using ParquetReader reader = await ParquetReader.CreateAsync(file);
        var paths = new string?[4];
        await reader.OpenRowGroupReader(0).ReadAsync(reader.Schema.FindDataField(new FieldPath("image", "path")), paths);
        Assert.Equal((string?[])["a", null, null, "b"], paths);
    }

    [Fact]
    public async Task A_null_among_nullable_values_of_a_list_of_required_items_is_an_empty_list()
    {
        var schema = new ParquetSchema(new ListField("v", new DataField<int>("element")));
        MemoryStream file = await InMemory.WriteAsync(
            schema,
            Options,
            group => group.WriteAsync<int>(schema.DataFields[0], new int?[] { 1, 2, null, 3 }, new[] { 0, 1, 0, 0 })
        );
        (int[] values, int[] d, int[] r) = await InMemory.ReadRawAsync<int>(file, "v/list/element");
        Assert.Equal([1, 2, 3], values);
        Assert.Equal([2, 2, 1, 2], d);
        Assert.Equal([0, 1, 0, 0], r);
    }

    [Fact]
    public async Task A_column_can_be_read_without_knowing_its_type()
    {
        var schema = new ParquetSchema(new ListField("v", new DataField<float>("element")));
        MemoryStream file = await InMemory.WriteAsync(
            schema,
            Options,
            group => group.WriteAllPartsAsync<float>(schema.DataFields[0], new[] { 1f, 2f }, new[] { 2, 1, 2 }, new[] { 0, 0, 0 }, default)
        );
        await using ParquetReader reader = await ParquetReader.CreateAsync(file);
        using RawColumnData raw = await reader.OpenRowGroupReader(0).ReadRawColumnDataBaseAsync(reader.Schema.DataFields[0]);
        var data = Assert.IsType<RawColumnData<float>>(raw);
        Assert.Equal(3, data.Values.Length);
        Assert.Equal([1f, 2f], data.Values[..2].ToArray());
        Assert.Equal([2, 1, 2], data.DefinitionLevels.ToArray());
        Assert.Equal([0, 0, 0], data.RepetitionLevels.ToArray());
    }
}
