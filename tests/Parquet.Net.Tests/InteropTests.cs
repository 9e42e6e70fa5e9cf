using System.IO.Compression;
using System.Text.Json.Nodes;
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
    [InlineData("uncompressed", 700, "V1")]
    [InlineData("snappy", 700, "V1")]
    [InlineData("gzip", 700, "V1")]
    [InlineData("zstd", 700, "V1")]
    [InlineData("brotli", 700, "V1")]
    [InlineData("zstd", 5000, "V1")]
    [InlineData("snappy", 5000, "V2")]
    public async Task What_DuckDB_writes_reads_equal_through_ours(string codec, int rows, string version)
    {
        string[] columns =
        [
            "i::INTEGER AS i",
            "(i * 1000000007)::BIGINT AS l",
            "(i / 3.0)::FLOAT AS f",
            "i / 7.0::DOUBLE AS d",
            "i % 3 = 0 AS b",
            "CASE WHEN i % 5 = 0 THEN NULL ELSE 'é' || i || '🙂' END AS t",
            "CASE WHEN i % 4 = 0 THEN NULL ELSE 'w' || (i % 10) END AS w",
            "CASE WHEN i % 6 = 0 THEN NULL ELSE (i % 40)::INTEGER END AS n",
            "encode(repeat('x', (i % 50)::INTEGER)) AS x",
            "CASE WHEN i % 11 = 3 THEN NULL "
                + "ELSE list_transform(range(i % 6), lambda e: CASE WHEN e = 2 THEN NULL ELSE (e + i)::INTEGER END) END AS li",
            "list_transform(range(i % 3), lambda e: 'v' || (e % 2)) AS lt",
            "list_transform(range(i % 4), lambda e: list_transform(range(e), lambda g: (g + i)::DOUBLE)) AS ll",
        ];
        string path = Path.Combine(folder, $"{codec}.parquet");
        string query = $"SELECT {string.Join(", ", columns)} FROM range({rows}) t(i) ORDER BY i";
        JsonArray[] results = await DuckDb.RunAsync(
            $"COPY ({query}) TO '{path}' (FORMAT parquet, COMPRESSION {codec}, PARQUET_VERSION {version}, ROW_GROUP_SIZE 2048)",
            $"SELECT * REPLACE (hex(x) AS x) FROM ({query})"
        );
        await using ParquetReader reader = await ParquetReader.CreateAsync(path);
        ParquetSchema schema = reader.Schema;
        DataField[] leaves = schema.DataFields;
        for (int i = 0; i < leaves.Length; i++)
        {
            var read = new List<object?>();
            foreach (ParquetRowGroupReader group in reader.RowGroups)
            {
                read.AddRange(await SampleColumn.ReadAsync(group, schema.Fields[i], leaves[i]));
            }
            DuckDb.AssertEqual(results[1], i, read, leaves[i].Path.ToString());
        }
    }

    [Theory]
    [InlineData("UNCOMPRESSED", "plain")]
    [InlineData("SNAPPY", "dictionary")]
    [InlineData("GZIP", "plain")]
    [InlineData("BROTLI", "dictionary")]
    [InlineData("ZSTD", "plain")]
    [InlineData("ZSTD", "dictionary")]
    public async Task What_arrow_makes_of_our_files_in_pages_of_version_2_reads_equal(string codec, string encoding)
    {
        IReadOnlyList<SampleColumn> columns = SampleColumn.All();
        string ours = await WriteAsync(columns, CompressionMethod.Snappy, dictionary: false);
        string theirs = Path.Combine(folder, "theirs.parquet");
        await NodeTools.RunAsync("arrow.mjs", "", ours, theirs, codec, encoding);
        await using ParquetReader reader = await ParquetReader.CreateAsync(theirs);
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
            await File.WriteAllBytesAsync(path, file.ToArray());
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
        await using FileStream stream = File.Create(path);
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
