using VlmQ.Benchmarks.Harness;

namespace VlmQ.Benchmarks.Env;

/// <summary>Environment steps, drawn and not, against the reference implementations.</summary>
internal sealed class EnvBenchmark : IBenchmark
{
    private const string BabyAi = "babyai";
    private const string GymCards = "gymcards";

    public string Name => "env";

    public string Help =>
        """
            plays environments at random on one core, in steps a CPU second. BabyAI: with the encoded observation, and with the picture of the
            agent's view or of the whole grid at Minigrid's resolution; making the episodes is measured on its own. Gym Cards: with the state in
            numbers, and with its picture, episodes made included; gym-cards draws every observation but Blackjack's numbers, and a second line
            leaves its drawing out; then a million hands of Blackjack by its expert. The peers run from their source.
              --suites LIST      of babyai and gymcards (default both)
              --minigrid DIR     a checkout of github.com/Farama-Foundation/Minigrid (default: no peer)
              --gym-cards DIR    the folder gym-cards of a checkout of github.com/RL4VLM/RL4VLM (default: no peer)
              --gymnasium DIR    a checkout of github.com/Farama-Foundation/Gymnasium (default: the one that Python has)
              --python PROGRAM   a Python with numpy and Pillow (default /usr/bin/python3)
              --rounds N         slices of each contender (default 5)
              --seconds S        length of a slice (default 0.5)
            """;

    public IReadOnlyList<BenchmarkResult> Run(BenchmarkArguments arguments, TextWriter log)
    {
        string[] suites = arguments.Words("suites", $"{BabyAi},{GymCards}", [BabyAi, GymCards]);
        string minigrid = arguments.Text("minigrid", "");
        string gymCards = arguments.Text("gym-cards", "");
        EnvSettings settings = new(
            arguments.Text("gymnasium", ""),
            arguments.Text("python", "/usr/bin/python3"),
            arguments.Count("rounds", 5, 1, 1000),
            arguments.Number("seconds", 0.5, 0.01, 60),
            log
        );
        arguments.RejectUnknown();
        return
        [
            .. suites.Contains(BabyAi) ? BabyAiSuite.Run(minigrid, settings) : [],
            .. suites.Contains(GymCards) ? GymCardsSuite.Run(gymCards, settings) : [],
            .. suites.Contains(GymCards) ? BlackjackHands.Run(log) : [],
        ];
    }
}
