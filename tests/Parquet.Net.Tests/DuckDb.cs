using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using VlmQ.Tests.Shared;

namespace Parquet.Tests;

/// <summary>DuckDB, under node, as tests/setup-tools.sh installs it.</summary>
internal static class DuckDb
{
    private static string Script { get; } = Path.Combine(Repository.Root, "tests", "node", "duckdb.mjs");

    /// <summary>Runs statements and returns each one's rows. Where DuckDB is not installed, the test fails under CI and is left out elsewhere.</summary>
    public static async Task<JsonArray[]> RunAsync(params string[] statements)
    {
        if (!Directory.Exists(Path.Combine(Repository.Root, "tests", ".tools", "node_modules", "@duckdb")))
        {
            const string Message = "DuckDB for node is not installed; run: bash tests/setup-tools.sh";
            if (Environment.GetEnvironmentVariable("CI") == "true")
            {
                Assert.Fail(Message);
            }
            Assert.Skip("Left out. " + Message);
        }
        var start = new ProcessStartInfo("node", [Script])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start) ?? throw new InvalidOperationException("node did not start.");
        await process.StandardInput.WriteAsync(JsonSerializer.Serialize(statements));
        process.StandardInput.Close();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await errors);
        return [.. JsonNode.Parse(output)!.AsArray().Select(rows => rows!.AsArray())];
    }

    /// <summary>A value as DuckDB's rows give it.</summary>
    public static JsonNode? ToJson(object? value) => value switch
    {
        null => null,
        object?[] items => new JsonArray([.. items.Select(ToJson)]),
        int number => number,
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
