using System.Text.Json;
using VlmQ.Core.Environments;
using VlmQ.Core.Environments.BabyAi;
using VlmQ.Core.Environments.BabyAi.Missions;
using VlmQ.Core.Environments.BabyAi.World;

namespace VlmQ.Core.Tests.Environments.BabyAi;

[Trait("Category", "Golden")]
public class BabyAiTraceTests
{
    [Fact]
    public void Every_golden_trace_is_reproduced_step_by_step()
    {
        int traces = 0;
        int steps = 0;
        foreach (JsonElement trace in RecordedBabyAi.Traces())
        {
            steps += Replay(trace);
            traces++;
        }
        Assert.True(traces >= 580, $"{traces} traces");
        Assert.True(steps > 10_000, $"{steps} steps");
    }

    [Fact]
    public void Missions_and_matches_equal_the_recorded_ones()
    {
        foreach (JsonElement trace in RecordedBabyAi.Traces())
        {
            string name = trace.GetProperty("trace").GetString()!;
            BabyAiState state = RecordedBabyAi.Start(trace);
            Assert.Equal((name, trace.GetProperty("mission").GetString()), (name, state.Task.Mission));
            JsonElement[] descriptors = [.. RecordedBabyAi.Descriptors(trace.GetProperty("instr"))];
            Assert.Equal(descriptors.Length, state.Task.Verifier.Targets.Length);
            for (int i = 0; i < descriptors.Length; i++)
            {
                AssertSameMatches(name, descriptors[i], state.Task.Verifier.Targets[i].Matched, state.Grid);
            }
        }
    }

    private static void AssertSameMatches(string name, JsonElement descriptor, MatchedObjects matched, WorldGrid grid)
    {
        JsonElement[] expected = [.. descriptor.GetProperty("match").EnumerateArray()];
        Assert.True(expected.Length == matched.Count, $"{name}: {matched.Count} matches, {expected.Length} recorded");
        foreach (JsonElement match in expected)
        {
            int id = match.GetProperty("id").GetInt32();
            Assert.True(id < 0 ? matched.Walls : matched.Contains(id + 1), $"{name}: object {id} does not match");
            int place = grid.IndexOf(match.GetProperty("pos")[0].GetInt32(), match.GetProperty("pos")[1].GetInt32());
            Assert.True(matched.Places.Contains(place), $"{name}: the place of object {id} does not match");
        }
    }

    private static int Replay(JsonElement trace)
    {
        string name = trace.GetProperty("trace").GetString()!;
        BabyAiState state = RecordedBabyAi.Start(trace);
        AssertSeen(name, trace.GetProperty("obs").GetProperty("image"), state);
        float sum = 0;
        int index = 0;
        StepResult? result = null;
        foreach (JsonElement expected in trace.GetProperty("steps").EnumerateArray())
        {
            string at = $"{name}, step {++index}";
            result = BabyAiWorld.Step(state, (BabyAiAction)expected.GetProperty("a").GetInt32());
            state = (BabyAiState)result.State;
            Assert.Equal(
                (at, (float)expected.GetProperty("r").GetDouble(), expected.GetProperty("term").GetBoolean()),
                (at, result.Reward, result.Terminated)
            );
            Assert.Equal((at, expected.GetProperty("trunc").GetBoolean()), (at, result.Truncated));
            JsonElement place = expected.GetProperty("pos");
            Pose pose = new(place[0].GetInt32(), place[1].GetInt32(), (Direction)expected.GetProperty("dir").GetInt32());
            Assert.Equal((at, pose), (at, state.Pose));
            AssertCarried(at, expected.GetProperty("carry"), state);
            AssertSeen(at, expected.GetProperty("img"), state);
            if (expected.TryGetProperty("grid", out JsonElement grid))
            {
                Assert.Equal(grid.GetBytesFromBase64(), RecordedBabyAi.Encoded(state.Grid));
            }
            sum += result.Reward;
        }
        Assert.Equal(trace.GetProperty("return").GetDouble(), sum, 1e-6);
        AssertEnd(name, trace.GetProperty("end").GetString()!, result);
        return index;
    }

    private static void AssertEnd(string name, string end, StepResult? last)
    {
        string actual = last switch
        {
            { Terminated: true, Reward: > 0 } => "success",
            { Terminated: true } => "failure",
            { Truncated: true } => "truncated",
            _ => "cut",
        };
        Assert.Equal((name, end), (name, actual));
    }

    private static void AssertCarried(string at, JsonElement carried, BabyAiState state)
    {
        if (carried.ValueKind == JsonValueKind.Null)
        {
            Assert.Equal((at, 0), (at, state.Carrying));
            return;
        }
        Assert.Equal((at, carried.GetProperty("id").GetInt32() + 1), (at, state.Carrying));
        Assert.Equal((at, carried.GetProperty("type").GetString()), (at, MissionText.Word(state.Hand.Type)));
        Assert.Equal((at, carried.GetProperty("color").GetString()), (at, MissionText.Word(state.Hand.Color)));
    }

    private static void AssertSeen(string at, JsonElement image, BabyAiState state)
    {
        byte[] seen = new byte[PartialView.EncodedBytes];
        BabyAiWorld.Encode(state, seen);
        Assert.True(image.GetBytesFromBase64().AsSpan().SequenceEqual(seen), $"{at}: the view differs");
    }
}
