using System.Globalization;
using VlmQ.Benchmarks.Harness;
using VlmQ.Core.Episodes;

namespace VlmQ.Benchmarks.Env;

/// <summary>Environment steps, drawn and not, against the reference implementation.</summary>
internal sealed class EnvBenchmark : IBenchmark
{
    private static readonly string[] Levels = ["GoToLocal", "BossLevel"];
    private static readonly string[] Slices = [BabyAiSteps.Steps, BabyAiSteps.AgentView, BabyAiSteps.FullView, BabyAiSteps.Resets];

    public string Name => "env";

    public string Help =>
        """
            plays BabyAI at random on one core: steps a CPU second with the encoded observation, and with the picture of the agent's view or
            of the whole grid at Minigrid's resolution; making the episodes is measured on its own. The peer is Minigrid, run from its source.
              --minigrid DIR     a checkout of github.com/Farama-Foundation/Minigrid (default: no peer)
              --gymnasium DIR    a checkout of github.com/Farama-Foundation/Gymnasium (default: the one that Python has)
              --python PROGRAM   a Python with numpy (default /usr/bin/python3)
              --rounds N         slices of each contender (default 5)
              --seconds S        length of a slice (default 0.5)
            """;

    public IReadOnlyList<BenchmarkResult> Run(BenchmarkArguments arguments, TextWriter log)
    {
        string minigrid = arguments.Text("minigrid", "");
        string gymnasium = arguments.Text("gymnasium", "");
        string python = arguments.Text("python", "/usr/bin/python3");
        int rounds = arguments.Count("rounds", 5, 1, 1000);
        double seconds = arguments.Number("seconds", 0.5, 0.01, 60);
        arguments.RejectUnknown();
        BabyAiSteps work = new(seconds);
        if (minigrid.Length == 0)
        {
            return [.. Cases().Select(each => Alone(work, each.Level, each.Slice, rounds, log))];
        }
        if (!Directory.Exists(Path.Combine(minigrid, "minigrid")))
        {
            throw new FaultException(Fault.Configuration("there is no Minigrid", minigrid, "--minigrid names a checkout of its source"));
        }
        using PeerProcess peer = new(
            python,
            Path.Combine(AppContext.BaseDirectory, "Env", "minigrid_peer.py"),
            seconds.ToString(CultureInfo.InvariantCulture),
            minigrid,
            gymnasium
        );
        return [.. Cases().Select(each => Compared(work, peer, each.Level, each.Slice, rounds, log))];
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
