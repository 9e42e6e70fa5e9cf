using System.Text.Json;
using VlmQ.Core.Environments.BabyAi;
using VlmQ.Core.Environments.BabyAi.Levels;
using VlmQ.Core.Environments.BabyAi.Missions;
using VlmQ.Core.Environments.BabyAi.World;
using VlmQ.Core.Randomness;
using VlmQ.Tests.Shared;

namespace VlmQ.Core.Tests.Environments.BabyAi;

public class BabyAiLevelTests
{
    /// <summary>
    /// With about a thousand comparisons of fixed seeds, a chance below this says that a distribution is wrong, not that the draw was
    /// unlucky.
    /// </summary>
    private const double LeastChance = 1e-6;

    private static readonly string[] CountTables =
    [
        "max_steps",
        "objects_per_level",
        "doors_per_level",
        "locked_doors_per_level",
        "object_cell_single_room",
        "agent_cell_in_room",
    ];

    private static readonly string[] FractionTables =
    [
        "object_type_fraction",
        "object_color_fraction",
        "door_color_fraction",
        "door_state_fraction",
        "agent_dir_fraction",
        "agent_room_fraction",
    ];

    private static readonly string[] MissionFractionTables =
    [
        "descriptor_type_fraction",
        "descriptor_color_fraction",
        "descriptor_loc_fraction",
    ];

    [Fact]
    public void Every_registered_level_exists()
    {
        Assert.Equal(96, BabyAiLevels.All.Length);
        Assert.Equal(96, BabyAiLevels.All.Select(level => level.Id).Distinct().Count());
        Assert.Contains(BabyAiLevels.All, level => level is { Id: "BabyAI-GoToObjS6-v1", ShortName: "babyai-gotoobjs6" });
    }

    [Fact]
    public void Every_level_makes_the_same_start_from_the_same_seed_and_keeps_its_limits()
    {
        foreach (BabyAiLevel level in BabyAiLevels.All)
        {
            for (long seed = 0; seed < 20; seed++)
            {
                BabyAiState first = level.Generate(seed);
                BabyAiState second = level.Generate(seed);
                Assert.Equal(first.Task.Mission, second.Task.Mission);
                Assert.Equal((first.Grid, first.Pose, first.Carrying), (second.Grid, second.Pose, second.Carrying));
                Assert.InRange(first.Task.StepLimit, 1, level.LargestStepLimit);
                Assert.All(first.Task.Verifier.Targets, target => Assert.True(target.Matched.Count > 0));
                Assert.Equal((level.Size.Width, level.Size.Height), (first.Grid.Width, first.Grid.Height));
            }
        }
    }

    [Fact]
    [Trait("Category", "Golden")]
    public void Levels_have_the_reference_statistics()
    {
        List<string> differences = [];
        int comparisons = 0;
        foreach (JsonProperty recorded in Recorded().EnumerateObject())
        {
            int resets = recorded.Value.GetProperty("n_resets").GetInt32();
            BabyAiLevel level = BabyAiLevels.All.Single(level => level.Id == recorded.Name);
            LevelSample sample = new(level, resets);
            foreach ((string table, double chance) in Compare(recorded.Value, sample, resets))
            {
                comparisons++;
                if (chance < LeastChance)
                {
                    differences.Add($"{recorded.Name} {table}: chance {chance:g3}");
                }
            }
        }
        Assert.True(differences.Count == 0, string.Join("\n", differences));
        Assert.True(comparisons > 700, $"{comparisons} comparisons");
    }

    [Fact]
    [Trait("Category", "Golden")]
    public void Random_play_succeeds_as_often_as_in_the_reference()
    {
        List<string> differences = [];
        foreach (JsonProperty recorded in Recorded().EnumerateObject())
        {
            JsonElement policy = recorded.Value.GetProperty("random_policy");
            int episodes = policy.GetProperty("n").GetInt32();
            double expected = policy.GetProperty("success_rate").GetDouble() * episodes;
            BabyAiLevel level = BabyAiLevels.All.Single(level => level.Id == recorded.Name);
            double won = Enumerable.Range(0, episodes).Count(seed => PlaysAtRandom(level, seed));
            double chance = SamplingError.OfCounts(
                new Dictionary<string, double> { ["won"] = expected, ["lost"] = episodes - expected },
                new Dictionary<string, double> { ["won"] = won, ["lost"] = episodes - won }
            );
            if (chance < LeastChance)
            {
                differences.Add($"{recorded.Name}: {won} of {episodes}, {expected} in the reference, chance {chance:g3}");
            }
        }
        Assert.True(differences.Count == 0, string.Join("\n", differences));
    }

    private static JsonElement Recorded() =>
        JsonDocument.Parse(File.ReadAllText(Fixtures.PathOf("babyai", "level-stats.json"))).RootElement.GetProperty("levels");

    private static IEnumerable<(string, double)> Compare(JsonElement recorded, LevelSample sample, int resets)
    {
        foreach (string table in CountTables.Where(table => recorded.GetProperty(table).ValueKind == JsonValueKind.Object))
        {
            yield return (table, SamplingError.OfCounts(Table(recorded.GetProperty(table), 1), sample[table]));
        }
        foreach (string table in FractionTables)
        {
            yield return (table, SamplingError.OfCounts(Table(recorded.GetProperty(table), sample[table].Values.Sum()), sample[table]));
        }
        JsonElement mission = recorded.GetProperty("mission");
        foreach (string table in MissionFractionTables)
        {
            yield return (table, SamplingError.OfCounts(Table(mission.GetProperty(table), sample[table].Values.Sum()), sample[table]));
        }
        foreach (string table in new[] { "tree_shapes", "templates" })
        {
            // Only the most frequent values are recorded; the others count as one.
            Dictionary<string, double> expected = Table(mission.GetProperty(table), 1);
            yield return (table, SamplingError.OfCounts(WithRest(expected, expected, resets), WithRest(sample[table], expected, resets)));
        }
        yield return ("generation_retries", Means(recorded.GetProperty("generation_retries"), sample.Rejected));
        yield return ("matching_objects", Means(mission.GetProperty("matching_objects"), sample.Matches));
        yield return ("manhattan_to_nearest_match", Means(mission.GetProperty("manhattan_to_nearest_match"), sample.Distances));
    }

    private static Dictionary<string, double> Table(JsonElement table, double scale) =>
        table.EnumerateObject().ToDictionary(entry => entry.Name, entry => entry.Value.GetDouble() * scale);

    private static Dictionary<string, double> WithRest(
        IReadOnlyDictionary<string, double> counts,
        Dictionary<string, double> named,
        int all
    )
    {
        Dictionary<string, double> kept = named.Keys.ToDictionary(value => value, value => counts.GetValueOrDefault(value));
        kept["(rest)"] = all - kept.Values.Sum();
        return kept;
    }

    private static double Means(JsonElement expected, List<double> sample)
    {
        double mean = sample.Average();
        double deviation = Math.Sqrt(sample.Average(value => (value - mean) * (value - mean)));
        return SamplingError.OfMeans(
            expected.GetProperty("mean").GetDouble(),
            expected.GetProperty("std").GetDouble(),
            expected.GetProperty("n").GetDouble(),
            mean,
            deviation,
            sample.Count
        );
    }

    private static bool PlaysAtRandom(BabyAiLevel level, int seed)
    {
        RandomCursor random = RandomKey.Of(seed, "random play").Cursor();
        BabyAiState state = level.Generate(seed);
        while (!state.HasEnded)
        {
            var step = BabyAiWorld.Step(state, (BabyAiAction)random.NextIndex(7));
            state = (BabyAiState)step.State;
            if (step.Reward > 0)
            {
                return true;
            }
        }
        return false;
    }
}
