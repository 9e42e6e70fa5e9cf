using System.Numerics;
using System.Text.Json.Nodes;
using Parquet.Data;
using Parquet.Schema;

namespace Parquet.Tests;

public sealed class IntegerTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("parquet-integers-").FullName;

    [Fact]
    public Task Signed_bytes_come_back_and_DuckDB_reads_them() => AssertAsync<sbyte>("TINYINT");

    [Fact]
    public Task Bytes_come_back_and_DuckDB_reads_them() => AssertAsync<byte>("UTINYINT");

    [Fact]
    public Task Short_integers_come_back_and_DuckDB_reads_them() => AssertAsync<short>("SMALLINT");

    [Fact]
    public Task Unsigned_short_integers_come_back_and_DuckDB_reads_them() => AssertAsync<ushort>("USMALLINT");

    [Fact]
    public Task Unsigned_integers_come_back_and_DuckDB_reads_them() => AssertAsync<uint>("UINTEGER");

    [Fact]
    public Task Unsigned_long_integers_come_back_and_DuckDB_reads_them() => AssertAsync<ulong>("UBIGINT");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private async Task AssertAsync<T>(string sqlType)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T>
    {
        T[] values = [T.MinValue, T.Zero, T.One, T.MaxValue / (T.One + T.One), T.MaxValue - T.One, T.MaxValue];
        var schema = new ParquetSchema(new DataField<T>("plain"), new DataField<T?>("gaps"), new DataField<T>("repeated"));
        var options = new ParquetOptions { DictionaryEncodingThreshold = 1 };
        options.ColumnEncodingHints["repeated"] = EncodingHint.Dictionary;
        T?[] gaps = [null, .. values.Skip(1).Cast<T?>()];
        MemoryStream file = await InMemory.WriteAsync(
            schema,
            options,
            async group =>
            {
                await group.WriteAsync<T>(schema.DataFields[0], values);
                await group.WriteAsync<T>(schema.DataFields[1], gaps);
                await group.WriteAsync<T>(schema.DataFields[2], values);
            }
        );
        await using ParquetReader reader = await ParquetReader.CreateAsync(file);
        ParquetRowGroupReader rows = reader.OpenRowGroupReader(0);
        DataField[] fields = reader.Schema.DataFields;
        Assert.All(fields, field => Assert.Equal(typeof(T), field.ClrType));
        var read = new T?[values.Length];
        foreach (DataField field in fields)
        {
            await rows.ReadAsync<T>(field, read);
            Assert.Equal(field.Name == "gaps" ? gaps : values.Cast<T?>(), read);
            DataColumnStatistics statistics = rows.GetStatistics(field)!;
            Assert.True(statistics.MaxValue is null or T, $"{statistics.MaxValue}");
        }
        string path = Path.Combine(folder, "integers.parquet");
        await System.IO.File.WriteAllBytesAsync(path, file.ToArray());
        JsonArray[] results = await DuckDb.RunAsync(
            $"SELECT typeof(plain), plain::VARCHAR, gaps::VARCHAR, repeated::VARCHAR FROM '{path}'",
            $"SELECT count(*) FROM '{path}' WHERE plain = {values[^1]}"
        );
        for (int i = 0; i < values.Length; i++)
        {
            string?[] expected = [sqlType, values[i].ToString(), gaps[i]?.ToString(), values[i].ToString()];
            Assert.Equal(expected, results[0][i]!.AsArray().Select(cell => cell?.GetValue<string>()));
        }
        Assert.Equal("1", results[1][0]![0]!.GetValue<string>());
    }
}
