using System.IO.Compression;
using System.Text.Json.Nodes;
using Parquet.Meta;
using Parquet.Schema;

namespace Parquet.Tests;

public sealed class InteropTests : IDisposable
{
    private const int Rows = 700;
    private readonly string folder = Directory.CreateTempSubdirectory("parquet-interop-").FullName;

    public static TheoryData<CompressionMethod, bool> Written
    {
        get
        {
            var data = new TheoryData<CompressionMethod, bool>();
            foreach (TheoryDataRow<CompressionMethod> codec in InMemory.Codecs)
            {
                data.Add(codec.Data, false);
                data.Add(codec.Data, true);
            }
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Written))]
    public async Task What_we_write_reads_equal_in_DuckDB(CompressionMethod codec, bool dictionary)
    {
        IReadOnlyList<SampleColumn> columns = SampleColumn.All();
        string path = await WriteAsync(columns, codec, dictionary);
        JsonArray[] results = await DuckDb.RunAsync(
            $"SELECT {string.Join(", ", columns.Select(column => column.Sql))} FROM '{path}'",
            $"SELECT path_in_schema, encodings, dictionary_page_offset FROM parquet_metadata('{path}')"
        );
        for (int i = 0; i < columns.Count; i++)
        {
            SampleColumn column = columns[i];
            DuckDb.AssertEqual(results[0], i, [.. Enumerable.Range(0, Rows).Select(column.Row)], column.Root.Name);
            bool hasDictionary = dictionary && !column.Root.Name.EndsWith('b');
            Assert.Equal(hasDictionary, results[1][i]![1]!.GetValue<string>().Contains("RLE_DICTIONARY"));
            Assert.Equal(hasDictionary, results[1][i]![2] is not null);
        }
    }

    [Theory]
    [MemberData(nameof(Written))]
    public async Task What_we_write_reads_equal_in_hyparquet(CompressionMethod codec, bool dictionary)
    {
        IReadOnlyList<SampleColumn> columns = SampleColumn.All();
        string path = await WriteAsync(columns, codec, dictionary);
        JsonArray rows = JsonNode.Parse(await NodeTools.RunAsync("hyparquet.mjs", "", path))!.AsArray();
        Assert.Equal(Rows, rows.Count);
        for (int row = 0; row < Rows; row++)
        {
            foreach (SampleColumn column in columns)
            {
                JsonNode? theirs = rows[row]![column.Root.Name];
                JsonNode? ours = DuckDb.ToJson(column.Row(row));
                // A struct of one member is an array of one here and an object there.
                theirs =
                    column.Root is StructField && theirs is JsonObject structure ? new JsonArray(structure["member"]?.DeepClone()) : theirs;
                Assert.True(JsonNode.DeepEquals(ours, theirs), $"{column.Root.Name}, row {row}: {ours} here, {theirs} in hyparquet");
            }
        }
    }

    [Theory]
    [InlineData("UNCOMPRESSED", "plain")]
    [InlineData("SNAPPY", "dictionary")]
    [InlineData("GZIP", "plain")]
    [InlineData("BROTLI", "dictionary")]
    [InlineData("ZSTD", "plain")]
    [InlineData("ZSTD", "dictionary")]
    [InlineData("LZ4_RAW", "plain")]
    [InlineData("LZ4_RAW", "dictionary")]
    public async Task What_arrow_makes_of_our_files_in_pages_of_version_2_reads_equal(string codec, string encoding)
    {
        IReadOnlyList<SampleColumn> columns = SampleColumn.All();
        string ours = await WriteAsync(columns, CompressionMethod.Snappy, dictionary: false);
        string theirs = Path.Combine(folder, "theirs.parquet");
        await NodeTools.RunAsync("arrow.mjs", "", ours, theirs, codec, encoding);
        await using ParquetReader reader = await ParquetReader.CreateAsync(theirs);
        Encoding expected = encoding == "plain" ? Encoding.DELTA_BYTE_ARRAY : Encoding.RLE_DICTIONARY;
        Assert.Contains(reader.RowGroups[0].RowGroup.Columns, column => column.MetaData!.Encodings.Contains(expected));
        ParquetSchema schema = reader.Schema;
        for (int i = 0; i < columns.Count; i++)
        {
            var read = new List<object?>();
            foreach (ParquetRowGroupReader group in reader.RowGroups)
            {
                read.AddRange(await SampleColumn.ReadAsync(group, schema.Fields[i], schema.DataFields[i]));
            }
            Assert.Equal(
                new JsonArray([.. Enumerable.Range(0, Rows).Select(row => DuckDb.ToJson(columns[i].Row(row)))]).ToJsonString(),
                new JsonArray([.. read.Select(DuckDb.ToJson)]).ToJsonString()
            );
        }
    }

    [Fact]
    public async Task Row_groups_without_rows_read_as_such_in_DuckDB_and_through_ours()
    {
        var schema = new ParquetSchema(
            new DataField<int>("i"),
            new DataField<string>("s"),
            new ListField("l", new DataField<int>("element"))
        );
        var statements = new List<string>();
        foreach (TheoryDataRow<CompressionMethod> codec in InMemory.Codecs)
        {
            MemoryStream file = await InMemory.WriteAsync(
                schema,
                new ParquetOptions { CompressionMethod = codec.Data },
                async group =>
                {
                    await group.WriteAsync<int>(schema.DataFields[0], Array.Empty<int>());
                    await group.WriteAsync(schema.DataFields[1], Array.Empty<string?>());
                    await group.WriteAllPartsAsync<int>(
                        schema.DataFields[2],
                        Array.Empty<int>(),
                        Array.Empty<int>(),
                        Array.Empty<int>(),
                        default
                    );
                }
            );
            Assert.Empty((await InMemory.ReadRawAsync<int>(file, "l/list/element")).Values);
            string path = Path.Combine(folder, $"{codec.Data}.parquet");
            await System.IO.File.WriteAllBytesAsync(path, file.ToArray());
            statements.Add($"SELECT * FROM '{path}'");
        }
        foreach (JsonArray rows in await DuckDb.RunAsync([.. statements]))
        {
            Assert.Empty(rows);
        }
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private async Task<string> WriteAsync(IReadOnlyList<SampleColumn> columns, CompressionMethod codec, bool dictionary)
    {
        var schema = new ParquetSchema(columns.Select(column => column.Root));
        var options = new ParquetOptions { CompressionMethod = codec, CompressionLevel = CompressionLevel.Fastest };
        foreach (DataField leaf in schema.DataFields.Where(_ => dictionary))
        {
            options.ColumnEncodingHints[leaf.Path.ToString()] = EncodingHint.Dictionary;
        }
        string path = Path.Combine(folder, "ours.parquet");
        await using FileStream stream = System.IO.File.Create(path);
        await using ParquetWriter writer = await ParquetWriter.CreateAsync(schema, stream, options);
        using ParquetRowGroupWriter group = writer.CreateRowGroup();
        for (int i = 0; i < columns.Count; i++)
        {
            await columns[i].WriteAsync(group, schema.DataFields[i], Rows);
        }
        group.CompleteValidate();
        return path;
    }
}
