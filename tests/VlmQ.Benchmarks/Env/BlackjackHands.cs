using VlmQ.Benchmarks.Harness;
using VlmQ.Core.Environments;
using VlmQ.Core.Environments.GymCards;

namespace VlmQ.Benchmarks.Env;

/// <summary>A million hands of Blackjack by its expert, and how far their shares are from the exact ones of dynamic programming.</summary>
internal static class BlackjackHands
{
    private const int Hands = 1_000_000;
    private const double Points = 100;

    /// <summary>Plays them on this thread, the expert's strategy worked out within the time.</summary>
    public static IReadOnlyList<BenchmarkResult> Run(TextWriter log)
    {
        log.WriteLine("Blackjack hands …");
        (int wins, double sum) = (0, 0);
        double milliseconds = Alternation.Milliseconds(() => (wins, sum) = Play());
        (double win, double draw) = BlackjackStrategy.Optimal().Worth();
        double exactReturn = (2 * win) + draw - 1;
        string name = $"Blackjack, {Hands:N0} hands of the optimal policy";
        return
        [
            new BenchmarkResult(name, milliseconds / 1000, "s"),
            new BenchmarkResult($"{name}: wins {Share(wins)}, exactly {win:0.0000}", Distance(wins, win), "points"),
            new BenchmarkResult($"{name}: return {Share(sum)}, exactly {exactReturn:0.0000}", Distance(sum, exactReturn), "points"),
        ];
    }

    private static (int Wins, double Sum) Play()
    {
        Blackjack game = new();
        (int wins, double sum) = (0, 0);
        for (long seed = 0; seed < Hands; seed++)
        {
            EnvironmentState state = game.Reset(seed);
            StepResult step;
            do
            {
                step = game.Step(state, game.Advise(state));
                state = step.State;
            } while (!step.Terminated);
            wins += step.Reward > 0 ? 1 : 0;
            sum += step.Reward;
        }
        return (wins, sum);
    }

    private static string Share(double sum) => $"{sum / Hands:0.0000}";

    private static double Distance(double sum, double exact) => Math.Abs((sum / Hands) - exact) * Points;
}
