using System.IO.Compression;
using System.Text.Json;
using VlmQ.Core.Environments;
using VlmQ.Tests.Shared;

namespace VlmQ.Core.Tests.Environments.GymCards;

/// <summary>Episodes of the reference implementation.</summary>
internal static class GoldenTraces
{
    /// <summary>All traces of a game.</summary>
    public static IEnumerable<JsonElement> Of(string game)
    {
        using GZipStream stream = new(File.OpenRead(Fixtures.PathOf("gymcards", "traces.jsonl.gz")), CompressionMode.Decompress);
        using StreamReader reader = new(stream);
        while (reader.ReadLine() is { } line)
        {
            using JsonDocument document = JsonDocument.Parse(line);
            if (document.RootElement.GetProperty("game").GetString() == game)
            {
                yield return document.RootElement.Clone();
            }
        }
    }

    /// <summary>What the reference's statistics say of a game.</summary>
    public static JsonElement Statistics(string game)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Fixtures.PathOf("gymcards", "stats.json")));
        return document.RootElement.GetProperty(game).Clone();
    }

    /// <summary>Asserts that a trace's actions, from a state on, give its texts, infos, rewards and ends.</summary>
    public static void AssertReproduced(IEnvironment game, JsonElement trace, EnvironmentState state)
    {
        string name = trace.GetProperty("trace").GetString()!;
        AssertSame(game, name, trace, state);
        float sum = 0;
        StepResult? step = null;
        foreach (JsonElement expected in trace.GetProperty("steps").EnumerateArray())
        {
            Assert.Equal(expected.GetProperty("act").GetString(), game.Actions[expected.GetProperty("a").GetInt32()]);
            step = game.Step(state, expected.GetProperty("act").GetString());
            Assert.Equal((name, expected.GetProperty("r").GetSingle()), (name, step.Reward));
            Assert.Equal((name, expected.GetProperty("term").GetBoolean()), (name, step.Terminated));
            Assert.Equal((name, expected.GetProperty("trunc").GetBoolean()), (name, step.Truncated));
            state = step.State;
            sum += step.Reward;
            AssertSame(game, name, expected, state);
        }
        Assert.Equal((name, trace.GetProperty("return").GetSingle()), (name, sum));
        Assert.Equal(
            trace.GetProperty("end").GetString(),
            step is { Terminated: true } ? "terminated"
                : step is { Truncated: true } ? "truncated"
                : "cut"
        );
    }

    private static void AssertSame(IEnvironment game, string name, JsonElement expected, EnvironmentState state)
    {
        Assert.Equal((name, expected.GetProperty("text").GetString()), (name, game.Describe(state)));
        using JsonDocument info = JsonDocument.Parse(game.Info(state));
        Assert.True(JsonElement.DeepEquals(expected.GetProperty("info"), info.RootElement), name);
    }
}
