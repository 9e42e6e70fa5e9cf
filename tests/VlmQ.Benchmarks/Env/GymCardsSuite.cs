using VlmQ.Benchmarks.Harness;
using VlmQ.Core.Episodes;

namespace VlmQ.Benchmarks.Env;

/// <summary>The card games, against gym-cards.</summary>
internal static class GymCardsSuite
{
    private static readonly (string Game, string Slice)[] Cases =
    [
        .. from game in new[] { "NumberLine", "EZPoints", "Points24", "Blackjack" }
        from slice in new[] { GymCardsSteps.Steps, GymCardsSteps.Bare, GymCardsSteps.Pictures }
        // Blackjack's own symbolic observation is not drawn to begin with.
        where game != "Blackjack" || slice != GymCardsSteps.Bare
        select (game, slice),
    ];

    /// <summary>Measures all games.</summary>
    /// <param name="gymCards">A checkout of gym-cards' source; empty for no peer.</param>
    /// <param name="settings">What all suites share.</param>
    public static IReadOnlyList<BenchmarkResult> Run(string gymCards, EnvSettings settings)
    {
        GymCardsSteps work = new(settings.Seconds);
        if (gymCards.Length == 0)
        {
            return
            [
                .. Cases
                    .Where(each => each.Slice != GymCardsSteps.Bare)
                    .Select(each => Measured(each, work, null, settings.Rounds, settings.Log)),
            ];
        }
        if (!Directory.Exists(Path.Combine(gymCards, "gym_cards")))
        {
            const string Remedy = "--gym-cards names the folder gym-cards of a checkout of RL4VLM";
            throw new FaultException(Fault.Configuration("there are no gym-cards", gymCards, Remedy));
        }
        using PeerProcess peer = settings.Peer("gym_cards_peer.py", gymCards);
        return [.. Cases.Select(each => Measured(each, work, peer, settings.Rounds, settings.Log))];
    }

    private static BenchmarkResult Measured(
        (string Game, string Slice) what,
        GymCardsSteps work,
        PeerProcess? peer,
        int rounds,
        TextWriter log
    )
    {
        (string game, string slice) = what;
        log.WriteLine($"{game} {slice} …");
        string name = slice == GymCardsSteps.Bare ? $"{game} steps, the peer's drawing left out" : $"{game} {slice}";
        // The first slice of each warms it up.
        work.Measure(game, slice);
        if (peer is null)
        {
            return new BenchmarkResult(name, Alternation.Medians(rounds, () => work.Measure(game, slice))[0], "steps/CPU-s");
        }
        peer.Measure($"{game} {slice}");
        double[] rates = Alternation.Medians(rounds, () => work.Measure(game, slice), () => peer.Measure($"{game} {slice}"));
        return BenchmarkResult.Rate(name, rates[0], "steps/CPU-s", peer.Name, rates[1]);
    }
}
