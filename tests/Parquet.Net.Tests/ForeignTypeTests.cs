using System.Globalization;
using System.Text.Json.Nodes;
using Parquet.Data;
using Parquet.File.Values.Primitives;
using Parquet.Schema;

namespace Parquet.Tests;

/// <summary>Columns of every type that DuckDB writes, as the types that stand for them here.</summary>
public sealed class ForeignTypeTests : IDisposable
{
    private const int Rows = 2500;

    /// <summary>What is written, what it reads as, and how DuckDB says the same in the form of <see cref="ToText"/>.</summary>
    private static readonly (string Name, string Written, Type Read, string Said)[] Columns =
    [
        ("i8", "(i % 256 - 128)::TINYINT", typeof(sbyte), "i8::VARCHAR"),
        ("i16", "((i * 7919) % 65536 - 32768)::SMALLINT", typeof(short), "i16::VARCHAR"),
        ("i32", "(i * 1717171 - 2147483648)::INTEGER", typeof(int), "i32::VARCHAR"),
        ("i64", "(i * 3689348814741910 - 9223372036854775808)::BIGINT", typeof(long), "i64::VARCHAR"),
        ("u8", "(i % 256)::UTINYINT", typeof(byte), "u8::VARCHAR"),
        ("u16", "((i * 7919) % 65536)::USMALLINT", typeof(ushort), "u16::VARCHAR"),
        ("u32", "(4294967295 - i)::UINTEGER", typeof(uint), "u32::VARCHAR"),
        ("u64", "(18446744073709551615 - i * i)::UBIGINT", typeof(ulong), "u64::VARCHAR"),
        ("huge", "(i * 1000)::HUGEINT", typeof(double), "(huge::BIGINT)::VARCHAR"),
        ("date", "DATE '1969-06-01' + i::INTEGER", typeof(DateTime), "strftime(date, '%Y-%m-%dT%H:%M:%S.%f0')"),
        (
            "far",
            "CASE WHEN i % 2 = 0 THEN DATE '0001-01-01' ELSE DATE '9999-12-31' END",
            typeof(DateTime),
            "strftime(far, '%Y-%m-%dT%H:%M:%S.%f0')"
        ),
        ("clock", "TIME '00:00:01.000001' + to_seconds(i)", typeof(long), "epoch_us(clock)::VARCHAR"),
        (
            "ts",
            "TIMESTAMP '1969-12-31 23:50:00.000001' + to_microseconds(i * 1234567)",
            typeof(DateTime),
            "strftime(ts, '%Y-%m-%dT%H:%M:%S.%f0')"
        ),
        (
            "ts_s",
            "(TIMESTAMP '1969-12-31 23:50:00' + to_seconds(i))::TIMESTAMP_S",
            typeof(DateTime),
            "strftime(ts_s::TIMESTAMP, '%Y-%m-%dT%H:%M:%S.%f0')"
        ),
        (
            "ts_ms",
            "(TIMESTAMP '1969-12-31 23:59:59.001' + to_milliseconds(i))::TIMESTAMP_MS",
            typeof(DateTime),
            "strftime(ts_ms::TIMESTAMP, '%Y-%m-%dT%H:%M:%S.%f0')"
        ),
        ("ts_ns", "make_timestamp_ns(i * 1234567891100)", typeof(DateTime), "strftime(ts_ns, '%Y-%m-%dT%H:%M:%S.%n')[:-3]"),
        ("ts_tz", "TIMESTAMPTZ '2024-01-01 00:00:00+00' + to_seconds(i)", typeof(DateTime), "strftime(ts_tz, '%Y-%m-%dT%H:%M:%S.%f0')"),
        ("d4", "(i / 10.0 - 100)::DECIMAL(4, 1)", typeof(decimal), "d4::VARCHAR"),
        ("d9", "(i * 12345 / 1000.0 - 5000)::DECIMAL(9, 3)", typeof(decimal), "d9::VARCHAR"),
        ("d18", "(i * 123456789 / 1000000.0 - 5000)::DECIMAL(18, 6)", typeof(decimal), "d18::VARCHAR"),
        ("d28", "(i::DECIMAL(28, 10) * 12345678901 - 50000000000)::DECIMAL(28, 10)", typeof(decimal), "d28::VARCHAR"),
        ("uuid", "md5(i::VARCHAR)::UUID", typeof(Guid), "uuid::VARCHAR"),
        ("blob", "encode('blob' || i)", typeof(ReadOnlyMemory<byte>), "hex(blob)"),
        ("mood", "(['low', 'fair', 'high'])[1 + i % 3]::ENUM('low', 'fair', 'high')", typeof(ReadOnlyMemory<char>), "mood::VARCHAR"),
        ("json", "('{\"a\": ' || i || '}')::JSON", typeof(ReadOnlyMemory<byte>), "hex(encode(json::VARCHAR))"),
        (
            "span",
            "to_months((i % 30)::INTEGER) + to_days((i % 20)::INTEGER) + to_milliseconds(i)",
            typeof(Interval),
            "(i % 30) || ' ' || (i % 20) || ' ' || i"
        ),
    ];

    private readonly string folder = Directory.CreateTempSubdirectory("parquet-foreign-").FullName;

    [Theory]
    [InlineData("V1")]
    [InlineData("V2")]
    public async Task Every_type_that_DuckDB_writes_reads_as_the_type_that_stands_for_it(string version)
    {
        string path = Path.Combine(folder, "types.parquet");
        // Every column twice: with a value in each row, and with nulls.
        string written = string.Join(
            ", ",
            Columns.Select(column =>
                $"{column.Written} AS {column.Name}, CASE WHEN i % 7 = 3 THEN NULL ELSE {column.Written} END AS n_{column.Name}"
            )
        );
        string query = $"SELECT i, {written} FROM range({Rows}) t(i) ORDER BY i";
        JsonArray[] results = await DuckDb.RunAsync(
            "SET TimeZone = 'UTC'",
            $"COPY ({query}) TO '{path}' (FORMAT parquet, PARQUET_VERSION {version}, ROW_GROUP_SIZE 2048)",
            $"SELECT {string.Join(", ", Columns.Select(column => column.Said))} FROM ({query})"
        );
        await using ParquetReader reader = await ParquetReader.CreateAsync(path);
        Assert.Equal(2, reader.RowGroupCount);
        ParquetSchema schema = reader.Schema;
        for (int i = 0; i < Columns.Length; i++)
        {
            string[] expected = [.. results[2].Select(row => row![i]!.GetValue<string>())];
            await AssertColumnAsync(reader, schema.FindDataField(Columns[i].Name), Columns[i].Read, expected);
            string?[] withNulls = [.. expected.Select((said, row) => row % 7 == 3 ? null : said)];
            await AssertColumnAsync(reader, schema.FindDataField("n_" + Columns[i].Name), Columns[i].Read, withNulls);
        }
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static async Task AssertColumnAsync(ParquetReader reader, DataField field, Type type, string?[] expected)
    {
        Assert.Equal(type, field.ClrType);
        var read = new List<string?>();
        foreach (ParquetRowGroupReader group in reader.RowGroups)
        {
            using RawColumnData column = await group.ReadRawColumnDataBaseAsync(field);
            read.AddRange(Texts(column));
        }
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(expected[i] == read[i], $"{field.Path}, row {i}: DuckDB has {expected[i]}, we have {read[i]}");
        }
        Assert.Equal(expected.Length, read.Count);
    }

    private static IEnumerable<string?> Texts(RawColumnData column) =>
        column switch
        {
            RawColumnData<sbyte> typed => Texts(typed),
            RawColumnData<byte> typed => Texts(typed),
            RawColumnData<short> typed => Texts(typed),
            RawColumnData<ushort> typed => Texts(typed),
            RawColumnData<int> typed => Texts(typed),
            RawColumnData<uint> typed => Texts(typed),
            RawColumnData<long> typed => Texts(typed),
            RawColumnData<ulong> typed => Texts(typed),
            RawColumnData<double> typed => Texts(typed),
            RawColumnData<decimal> typed => Texts(typed),
            RawColumnData<DateTime> typed => Texts(typed),
            RawColumnData<Guid> typed => Texts(typed),
            RawColumnData<Interval> typed => Texts(typed),
            RawColumnData<ReadOnlyMemory<char>> typed => Texts(typed),
            RawColumnData<ReadOnlyMemory<byte>> typed => Texts(typed),
            _ => throw new InvalidOperationException($"Nothing is said of {column.GetType()}."),
        };

    private static IEnumerable<string?> Texts<T>(RawColumnData<T> column)
        where T : struct => column.NullableValues.Select(value => value is { } given ? ToText(given) : null);

    private static string ToText(object value) =>
        value switch
        {
            DateTime time => time.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff", CultureInfo.InvariantCulture),
            Interval span => $"{span.Months} {span.Days} {span.Millis}",
            ReadOnlyMemory<byte> bytes => Convert.ToHexString(bytes.Span),
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString()!,
        };
}
