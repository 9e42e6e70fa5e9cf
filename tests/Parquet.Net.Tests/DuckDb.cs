using System.Text.Json;
using System.Text.Json.Nodes;

namespace Parquet.Tests;

/// <summary>DuckDB, under node.</summary>
internal static class DuckDb
{
    /// <summary>Runs statements and returns each one's rows.</summary>
    public static async Task<JsonArray[]> RunAsync(params string[] statements)
    {
        string output = await NodeTools.RunAsync("duckdb.mjs", JsonSerializer.Serialize(statements));
        return [.. JsonNode.Parse(output)!.AsArray().Select(rows => rows!.AsArray())];
    }

    /// <summary>A value as DuckDB's rows give it.</summary>
    public static JsonNode? ToJson(object? value) =>
        value switch
        {
            null => null,
            object?[] items => new JsonArray([.. items.Select(ToJson)]),
            int number => number,
            byte number => (int)number,
            long number => number.ToString(),
            float number => ToJson((double)number),
            double number when double.IsFinite(number) => number,
            double number => number.ToString(System.Globalization.CultureInfo.InvariantCulture),
            bool flag => flag,
            ReadOnlyMemory<char> text => text.ToString(),
            ReadOnlyMemory<byte> binary => Convert.ToHexString(binary.Span),
            _ => throw new ArgumentException($"No column holds {value.GetType()}."),
        };

    /// <summary>Compares a column of DuckDB's rows with ours.</summary>
    public static void AssertEqual(JsonArray rows, int column, IReadOnlyList<object?> expected, string what)
    {
        Assert.Equal(expected.Count, rows.Count);
        for (int i = 0; i < expected.Count; i++)
        {
            JsonNode? theirs = rows[i]!.AsArray()[column];
            JsonNode? ours = ToJson(expected[i]);
            if (!JsonNode.DeepEquals(theirs, ours))
            {
                Assert.Fail($"{what}, row {i}: DuckDB has {theirs?.ToJsonString() ?? "null"}, we have {ours?.ToJsonString() ?? "null"}.");
            }
        }
    }
}
