using VlmQ.Core.Environments;
using VlmQ.Core.Environments.GymCards;
using VlmQ.Core.Environments.GymCards.Cards;
using VlmQ.Core.Randomness;

namespace VlmQ.Benchmarks.Env;

/// <summary>Random play of a card game on one core; an episode that ends is followed by the next.</summary>
internal sealed class GymCardsSteps(double seconds)
{
    /// <summary>Steps and first states, each with the state encoded in numbers.</summary>
    public const string Steps = "steps";

    /// <summary>The same; the peer does not draw either.</summary>
    public const string Bare = "bare";

    /// <summary>Steps and first states, each with its picture, drawn or copied as for encoding: into memory that the next uses again.</summary>
    public const string Pictures = "pictures";

    private const int StepsBetweenClocks = 256;
    private const int PictureSide = 300;

    private readonly int[] _encoded = new int[32];
    private readonly byte[] _pixels = new byte[PictureSide * PictureSide * 3];
    private readonly RandomKey _key = RandomKey.Of(1, "benchmark");
    private long _seed;

    /// <summary>Does a slice: steps a CPU second.</summary>
    public double Measure(string game, string slice)
    {
        IEnvironment environment = EnvironmentCatalog.Find(game.ToLowerInvariant()).OrThrow();
        // Drawn before the clock runs, as the peer's are.
        string[] actions = new string[1 << 16];
        RandomCursor random = _key.Cursor();
        for (int i = 0; i < actions.Length; i++)
        {
            actions[i] = environment.Actions[random.NextIndex(environment.Actions.Length)];
        }
        Action<EnvironmentState> observe = slice == Pictures ? state => environment.Observe(state).Image.CopyTo(_pixels) : Encode;
        EnvironmentState state = environment.Reset(_seed++);
        long steps = 0;
        return Harness.Alternation.PerCpuSecond(
            StepsBetweenClocks,
            seconds,
            () =>
            {
                for (int i = 0; i < StepsBetweenClocks; i++)
                {
                    StepResult step = environment.Step(state, actions[steps++ & 0xFFFF]);
                    state = step.State;
                    observe(state);
                    if (step.Terminated || step.Truncated)
                    {
                        state = environment.Reset(_seed++);
                        observe(state);
                    }
                }
            }
        );
    }

    /// <summary>What an agent may know, in numbers; of Blackjack, what the peer's own symbolic observation says.</summary>
    private void Encode(EnvironmentState state)
    {
        switch (state)
        {
            case NumberLineState line:
                (_encoded[0], _encoded[1]) = (line.Current, line.Target);
                break;
            case BlackjackState hands:
                Hand player = Hand.Of(hands.Player.AsSpan());
                (_encoded[0], _encoded[1], _encoded[2]) = (player.Total, hands.Dealer[0].Value, player.Soft ? 1 : 0);
                break;
            case FormulaState formula:
                int length = 0;
                foreach (PlayingCard card in formula.Cards)
                {
                    _encoded[length++] = card.Value;
                }
                for (int i = 0; i < formula.TokenCount; i++)
                {
                    _encoded[length++] = formula.TokenAt(i)[0];
                }
                break;
            default:
                throw new ArgumentException("Not a card game.", nameof(state));
        }
    }
}
