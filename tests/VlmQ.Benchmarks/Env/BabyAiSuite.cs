using VlmQ.Benchmarks.Harness;
using VlmQ.Core.Episodes;

namespace VlmQ.Benchmarks.Env;

/// <summary>BabyAI, against Minigrid.</summary>
internal static class BabyAiSuite
{
    private static readonly string[] Levels = ["GoToLocal", "BossLevel"];
    private static readonly string[] Slices = [BabyAiSteps.Steps, BabyAiSteps.AgentView, BabyAiSteps.FullView, BabyAiSteps.Resets];

    /// <summary>Measures the levels.</summary>
    /// <param name="minigrid">A checkout of Minigrid's source; empty for no peer.</param>
    /// <param name="settings">What all suites share.</param>
    public static IReadOnlyList<BenchmarkResult> Run(string minigrid, EnvSettings settings)
    {
        BabyAiSteps work = new(settings.Seconds);
        if (minigrid.Length == 0)
        {
            return [.. Cases().Select(each => Alone(work, each.Level, each.Slice, settings.Rounds, settings.Log))];
        }
        if (!Directory.Exists(Path.Combine(minigrid, "minigrid")))
        {
            throw new FaultException(Fault.Configuration("there is no Minigrid", minigrid, "--minigrid names a checkout of its source"));
        }
        using PeerProcess peer = settings.Peer("minigrid_peer.py", minigrid);
        return [.. Cases().Select(each => Compared(work, peer, each.Level, each.Slice, settings.Rounds, settings.Log))];
    }

    private static IEnumerable<(string Level, string Slice)> Cases() => from level in Levels from slice in Slices select (level, slice);

    private static BenchmarkResult Alone(BabyAiSteps work, string level, string slice, int rounds, TextWriter log)
    {
        log.WriteLine($"{level} {slice} …");
        work.Measure(level, slice);
        double rate = Alternation.Medians(rounds, () => work.Measure(level, slice))[0];
        return new BenchmarkResult($"babyai {level} {slice}", rate, Unit(slice));
    }

    private static BenchmarkResult Compared(BabyAiSteps work, PeerProcess peer, string level, string slice, int rounds, TextWriter log)
    {
        log.WriteLine($"{level} {slice} …");
        // The first slice of each warms it up.
        work.Measure(level, slice);
        peer.Measure($"{level} {slice}");
        double[] rates = Alternation.Medians(rounds, () => work.Measure(level, slice), () => peer.Measure($"{level} {slice}"));
        return BenchmarkResult.Rate($"babyai {level} {slice}", rates[0], Unit(slice), peer.Name, rates[1]);
    }

    private static string Unit(string slice) => slice == BabyAiSteps.Resets ? "resets/CPU-s" : "steps/CPU-s";
}
