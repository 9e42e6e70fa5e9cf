using System.Text.Json;
using VlmQ.Core.Environments;
using VlmQ.Core.Environments.GymCards;
using VlmQ.Core.Episodes;

namespace VlmQ.Core.Tests.Environments.GymCards;

public class NumberLineTests
{
    private static readonly NumberLine Game = new();

    [Fact]
    [Trait("Category", "Golden")]
    public void Every_golden_trace_is_reproduced()
    {
        int traces = 0;
        foreach (JsonElement trace in GoldenTraces.Of("NumberLine"))
        {
            JsonElement initial = trace.GetProperty("initial");
            Assert.Equal(NumberLine.Last, initial.GetProperty("max_position").GetInt32());
            EnvironmentState state = new NumberLineState(
                initial.GetProperty("current").GetInt32(),
                initial.GetProperty("target").GetInt32(),
                0
            );
            GoldenTraces.AssertReproduced(Game, trace, state);
            traces++;
        }
        Assert.True(traces >= 30, $"{traces} traces");
    }

    [Fact]
    [Trait("Category", "Golden")]
    public void Resets_follow_the_documented_distribution()
    {
        const int Resets = 72_000;
        Dictionary<string, int> counts = [];
        for (long seed = 0; seed < Resets; seed++)
        {
            NumberLineState state = (NumberLineState)Game.Reset(seed);
            Assert.Equal(0, state.Steps);
            string pair = $"{state.Current},{state.Target}";
            counts[pair] = counts.GetValueOrDefault(pair) + 1;
        }
        Dictionary<string, double> probabilities = StartProbabilities();
        Assert.Equal(probabilities.Keys.Order(), counts.Keys.Order());
        foreach ((string pair, double probability) in probabilities)
        {
            double deviation = Math.Sqrt(Resets * probability * (1 - probability));
            Assert.InRange(counts[pair], Resets * probability - 5 * deviation, Resets * probability + 5 * deviation);
        }
    }

    [Theory]
    [Trait("Category", "Golden")]
    [InlineData("optimal")]
    [InlineData("random")]
    [InlineData("always_plus")]
    [InlineData("always_minus")]
    [InlineData("always_away")]
    public void Exact_values_of_policies_are_those_of_the_reference(string policy)
    {
        Func<NumberLineState, double> plus = policy switch
        {
            "optimal" => state => state.Target > state.Current ? 1 : 0,
            "random" => _ => 0.5,
            "always_plus" => _ => 1,
            "always_minus" => _ => 0,
            _ => state => state.Target > state.Current ? 0 : 1,
        };
        Value total = new(0, 0, 0, 0);
        foreach ((string pair, double probability) in StartProbabilities())
        {
            total += probability * ValueOf(new NumberLineState(pair[0] - '0', pair[2] - '0', 0), 0, plus);
        }
        JsonElement expected = GoldenTraces.Statistics("NumberLine").GetProperty("exact").GetProperty(policy);
        Assert.Equal(expected.GetProperty("mean_return").GetDouble(), total.Return, 1e-6);
        Assert.Equal(expected.GetProperty("mean_length").GetDouble(), total.Length, 1e-6);
        Assert.Equal(expected.GetProperty("reach_target_rate").GetDouble(), total.Reached, 1e-6);
        Assert.Equal(expected.GetProperty("success_rate").GetDouble(), total.Success, 1e-6);
    }

    [Fact]
    public void The_starts_are_the_states_that_resets_give()
    {
        HashSet<EnvironmentState> seen = [.. Enumerable.Range(0, 2_000).Select(seed => Game.Reset(seed))];
        Assert.Equal(30, Game.Starts.Length);
        Assert.True(seen.SetEquals(Game.Starts));
    }

    [Fact]
    public void A_reply_that_did_not_parse_takes_a_step_and_does_nothing_else()
    {
        NumberLineState state = new(2, 4, 0);
        for (int step = 1; step <= NumberLine.MostSteps; step++)
        {
            StepResult result = Game.Step(state, null);
            Assert.Equal(new NumberLineState(2, 4, step), result.State);
            Assert.Equal((0f, false, step == NumberLine.MostSteps), (result.Reward, result.Terminated, result.Truncated));
            state = (NumberLineState)result.State;
        }
        Assert.Throws<ArgumentException>(() => Game.Step(state, "+"));
    }

    [Fact]
    public void A_target_reached_with_the_last_step_terminates()
    {
        StepResult result = Game.Step(new NumberLineState(3, 4, 9), "+");
        Assert.Equal((1f, true, false), (result.Reward, result.Terminated, result.Truncated));
    }

    [Fact]
    public void The_numbers_are_in_the_picture_only()
    {
        HashSet<string> words = [];
        Dictionary<RgbKey, (int, int)> pictures = [];
        for (int current = 0; current <= NumberLine.Last; current++)
        {
            for (int target = 0; target <= NumberLine.Last; target++)
            {
                Observation observation = Game.Observe(new NumberLineState(current, target, 0));
                Assert.Equal((300, 300), (observation.Image.Width, observation.Image.Height));
                Assert.Equal("", observation.Text);
                words.Add(observation.Goal);
                Assert.True(pictures.TryAdd(new RgbKey(Convert.ToHexString(observation.Image.Pixels)), (current, target)));
                Assert.Equal(observation.Image, Game.Observe(new NumberLineState(current, target, 3)).Image);
            }
        }
        Assert.DoesNotContain(Assert.Single(words), char.IsAsciiDigit);
    }

    [Fact]
    public void The_picture_is_black_on_white_with_the_target_above_the_current_number()
    {
        Observation observation = Game.Observe(new NumberLineState(1, 3, 0));
        // The words stand at (30, 60) and (30, 180), 36 pixels high; descenders end 46 pixels below.
        AssertInk(observation, 60, 106, ink: true);
        AssertInk(observation, 180, 226, ink: true);
        AssertInk(observation, 0, 60, ink: false);
        AssertInk(observation, 108, 180, ink: false);
        AssertInk(observation, 228, 300, ink: false);
    }

    [Fact]
    public void States_outside_the_line_and_foreign_actions_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new NumberLineState(6, 0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new NumberLineState(0, -1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new NumberLineState(0, 1, 11));
        Assert.Throws<ArgumentException>(() => Game.Step(new NumberLineState(0, 1, 0), "up"));
        Assert.Throws<ArgumentException>(() => Game.Step(new Foreign(), "+"));
    }

    private static void AssertInk(Observation observation, int top, int bottom, bool ink)
    {
        ReadOnlySpan<byte> rows = observation.Image.Pixels[(top * 300 * 3)..(bottom * 300 * 3)];
        Assert.Equal(ink, rows.ContainsAnyExcept((byte)255));
        Assert.Equal(ink, rows.Contains((byte)0));
    }

    private static Dictionary<string, double> StartProbabilities() =>
        GoldenTraces
            .Statistics("NumberLine")
            .GetProperty("start_target_probability")
            .EnumerateObject()
            .ToDictionary(
                property => property.Name,
                property =>
                    property.Value.GetString()!.Split('/') is [var numerator, var denominator]
                        ? double.Parse(numerator) / double.Parse(denominator)
                        : throw new InvalidDataException(property.Name)
            );

    /// <summary>Expected outcome from a state on, by stepping the environment through every possibility.</summary>
    private static Value ValueOf(NumberLineState state, float sum, Func<NumberLineState, double> plus)
    {
        Value value = new(0, 0, 0, 0);
        foreach ((string action, double probability) in (ReadOnlySpan<(string, double)>)[("+", plus(state)), ("-", 1 - plus(state))])
        {
            if (probability == 0)
            {
                continue;
            }
            StepResult step = Game.Step(state, action);
            Value after =
                step.Terminated || step.Truncated
                    ? new Value(0, 0, step.Terminated ? 1 : 0, Game.Success([sum + step.Reward], step.Terminated) ? 1 : 0)
                    : ValueOf((NumberLineState)step.State, sum + step.Reward, plus);
            value += probability * (after + new Value(step.Reward, 1, 0, 0));
        }
        return value;
    }

    private sealed record Foreign : EnvironmentState;

    private readonly record struct RgbKey(string Pixels);

    private readonly record struct Value(double Return, double Length, double Reached, double Success)
    {
        public static Value operator +(Value a, Value b) =>
            new(a.Return + b.Return, a.Length + b.Length, a.Reached + b.Reached, a.Success + b.Success);

        public static Value operator *(double factor, Value value) =>
            new(factor * value.Return, factor * value.Length, factor * value.Reached, factor * value.Success);
    }
}
