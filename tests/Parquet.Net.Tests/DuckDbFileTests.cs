using System.Text.Json.Nodes;
using Parquet.Meta;
using Parquet.Schema;

namespace Parquet.Tests;

/// <summary>Files that DuckDB writes, read through ours and compared value by value.</summary>
public sealed class DuckDbFileTests : IDisposable
{
    private const int Rows = 3000;
    private const int ManyRows = 60_000;

    private static readonly string[] Codecs = ["uncompressed", "snappy", "gzip", "zstd", "brotli", "lz4_raw"];

    /// <summary>What is written, and how each of its columns reads: a struct on the way as an array of one.</summary>
    private static readonly (string Written, string[] Leaves)[] Columns =
    [
        Flat("i", "i::INTEGER"),
        Flat("l", "(i * 1000000007 * (1 - 2 * (i % 2)))::BIGINT"),
        Flat("f", "(i / 3.0)::FLOAT"),
        Flat("d", "i / 7.0::DOUBLE"),
        Flat("b", "i % 3 = 0"),
        Flat("t", "CASE WHEN i % 5 = 0 THEN NULL ELSE 'é' || i || '🙂' END"),
        Flat("w", "CASE WHEN i % 4 = 0 THEN NULL ELSE 'w' || (i % 10) END"),
        Flat("n", "CASE WHEN i % 6 = 0 THEN NULL ELSE (i % 40)::INTEGER END"),
        Flat("nl", "CASE WHEN i % 7 = 0 THEN NULL ELSE i * i END"),
        Flat("nf", "CASE WHEN i % 7 = 1 THEN NULL ELSE (i / 9.0)::FLOAT END"),
        Flat("nd", "CASE WHEN i % 7 = 2 THEN NULL ELSE sqrt(i) END"),
        Flat("nb", "CASE WHEN i % 7 = 3 THEN NULL ELSE i % 2 = 0 END"),
        Flat("missing", "NULL::INTEGER"),
        Flat("same", "'always'"),
        ("encode(repeat('x', (i % 50)::INTEGER) || i) AS x", ["hex(x)"]),
        Flat(
            "li",
            "CASE WHEN i % 11 = 3 THEN NULL "
                + "ELSE list_transform(range(i % 6), lambda e: CASE WHEN e = 2 THEN NULL ELSE (e + i)::INTEGER END) END"
        ),
        Flat("lt", "list_transform(range(i % 3), lambda e: 'v' || (e % 2))"),
        Flat("ll", "list_transform(range(i % 4), lambda e: list_transform(range(e), lambda g: (g + i)::DOUBLE))"),
        (
            "CASE WHEN i % 9 = 4 THEN NULL ELSE {'bytes': CASE WHEN i % 8 = 0 THEN NULL ELSE encode('p' || i) END, 'path': 'a' || i} END AS s",
            ["CASE WHEN s IS NULL THEN NULL ELSE [hex(s.bytes)] END", "CASE WHEN s IS NULL THEN NULL ELSE [s.path] END"]
        ),
        (
            "CASE WHEN i % 9 = 5 THEN NULL ELSE {'deep': CASE WHEN i % 3 = 0 THEN NULL ELSE {'n': i, 'l': range(i % 3)} END} END AS ss",
            [
                "CASE WHEN ss IS NULL THEN NULL ELSE [CASE WHEN ss.deep IS NULL THEN NULL ELSE [ss.deep.n] END] END",
                "CASE WHEN ss IS NULL THEN NULL ELSE [CASE WHEN ss.deep IS NULL THEN NULL ELSE [ss.deep.l] END] END",
            ]
        ),
        (
            "CASE WHEN i % 9 = 6 THEN NULL ELSE list_transform(range(i % 5), "
                + "lambda e: CASE WHEN e = 3 THEN NULL ELSE {'a': (e + i)::INTEGER, 'b': CASE WHEN e = 1 THEN NULL ELSE 'b' || e END} END) END AS ls",
            [
                "list_transform(ls, lambda e: CASE WHEN e IS NULL THEN NULL ELSE [e.a] END)",
                "list_transform(ls, lambda e: CASE WHEN e IS NULL THEN NULL ELSE [e.b] END)",
            ]
        ),
        (
            "CASE WHEN i % 9 = 7 THEN NULL ELSE MAP(list_transform(range(i % 4), lambda e: 'k' || e), "
                + "list_transform(range(i % 4), lambda e: CASE WHEN e = 2 THEN NULL ELSE e + i END)) END AS m",
            ["map_keys(m)", "map_values(m)"]
        ),
        ("MAP([i::INTEGER], [range(i % 3)]) AS ml", ["map_keys(ml)", "map_values(ml)"]),
        (
            "list_transform(range(i % 4), lambda e: CASE WHEN e = 2 THEN NULL ELSE "
                + "{'q': CASE WHEN e = 1 THEN NULL ELSE range(e) END, 'r': e, 's': [{'deep': 'd' || e}]} END) AS lsl",
            [
                "list_transform(lsl, lambda e: CASE WHEN e IS NULL THEN NULL ELSE [e.q] END)",
                "list_transform(lsl, lambda e: CASE WHEN e IS NULL THEN NULL ELSE [e.r] END)",
                "list_transform(lsl, lambda e: CASE WHEN e IS NULL THEN NULL ELSE [list_transform(e.s, lambda g: [g.deep])] END)",
            ]
        ),
        ("[(i % 200)::UTINYINT, 7::UTINYINT] AS lu", ["list_transform(lu, lambda e: e::INTEGER)"]),
    ];

    private readonly string folder = Directory.CreateTempSubdirectory("parquet-duckdb-").FullName;

    [Theory]
    [InlineData("V1")]
    [InlineData("V2")]
    public async Task What_DuckDB_writes_reads_equal_with_every_codec(string version)
    {
        string query = Query(Rows);
        string[] copies =
        [
            .. Codecs.Select(codec =>
                $"COPY ({query}) TO '{PathOf(codec)}' (FORMAT parquet, COMPRESSION {codec}, PARQUET_VERSION {version}, ROW_GROUP_SIZE 2048)"
            ),
        ];
        string select = $"SELECT {string.Join(", ", Columns.SelectMany(column => column.Leaves))} FROM ({query})";
        JsonArray rows = (await DuckDb.RunAsync([.. copies, select]))[^1];
        foreach (string codec in Codecs)
        {
            await using ParquetReader reader = await ParquetReader.CreateAsync(PathOf(codec));
            Assert.Equal(2, reader.RowGroupCount);
            await AssertEqualAsync(reader, rows);
            List<ColumnMetaData> chunks =
            [
                .. reader.RowGroups.SelectMany(group => group.RowGroup.Columns).Select(chunk => chunk.MetaData!),
            ];
            Assert.All(chunks, chunk => Assert.Equal(codec, chunk.Codec.ToString(), ignoreCase: true));
            Encoding[] expected =
                version == "V1"
                    ? [Encoding.PLAIN, Encoding.PLAIN_DICTIONARY]
                    : [Encoding.RLE_DICTIONARY, Encoding.DELTA_BINARY_PACKED, Encoding.DELTA_LENGTH_BYTE_ARRAY, Encoding.BYTE_STREAM_SPLIT];
            Assert.Superset(expected.ToHashSet(), chunks.SelectMany(chunk => chunk.Encodings).ToHashSet());
        }
    }

    [Fact]
    public async Task Many_row_groups_of_one_file_read_equal()
    {
        string path = PathOf("many");
        JsonArray[] results = await DuckDb.RunAsync(
            $"COPY (SELECT i, 'v' || i AS t FROM range({ManyRows}) r(i) ORDER BY i) TO '{path}' (FORMAT parquet, ROW_GROUP_SIZE 2048)",
            $"SELECT i, 'v' || i AS t FROM range({ManyRows}) r(i) ORDER BY i"
        );
        await using ParquetReader reader = await ParquetReader.CreateAsync(path);
        Assert.Equal((ManyRows + 2047) / 2048, reader.RowGroupCount);
        await AssertEqualAsync(reader, results[1]);
    }

    [Theory]
    [InlineData("V1")]
    [InlineData("V2")]
    public async Task A_file_without_rows_reads_as_such(string version)
    {
        string path = PathOf("empty");
        await DuckDb.RunAsync($"COPY ({Query(Rows)} LIMIT 0) TO '{path}' (FORMAT parquet, PARQUET_VERSION {version})");
        await using ParquetReader reader = await ParquetReader.CreateAsync(path);
        Assert.Equal(Columns.Sum(column => column.Leaves.Length), reader.Schema.DataFields.Length);
        Assert.Equal(0, reader.Metadata!.NumRows);
        await AssertEqualAsync(reader, []);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string PathOf(string name) => Path.Combine(folder, name + ".parquet");

    private static (string, string[]) Flat(string name, string sql) => ($"{sql} AS {name}", [name]);

    private static string Query(int rows) =>
        $"SELECT {string.Join(", ", Columns.Select(column => column.Written))} FROM range({rows}) t(i) ORDER BY i";

    private static async Task AssertEqualAsync(ParquetReader reader, JsonArray expected)
    {
        ParquetSchema schema = reader.Schema;
        int next = 0;
        foreach (Field root in schema.Fields)
        {
            foreach (DataField leaf in schema.DataFields.Where(leaf => leaf.Path.FirstPart == root.Name))
            {
                var read = new List<object?>();
                foreach (ParquetRowGroupReader group in reader.RowGroups)
                {
                    read.AddRange(await SampleColumn.ReadAsync(group, root, leaf));
                }
                DuckDb.AssertEqual(expected, next++, read, leaf.Path.ToString());
            }
        }
        Assert.Equal(schema.DataFields.Length, next);
    }
}
