namespace VlmQ.Core.Environments.GymCards;

/// <summary>
/// A way to play Blackjack with an endless deck, as a function of what the player sees, and its exact worth by dynamic programming.
/// </summary>
public sealed class BlackjackStrategy
{
    private const int Values = 10;
    private const int Scores = Hand.Limit + 1;

    private readonly Func<Hand, int, double> _hitProbability;

    // What a player who stands with a score of 0..21 wins, by the dealer's open card.
    private readonly (double Win, double Draw)[,] _standing;

    /// <param name="hitProbability">The probability of a hit, by the player's hand and the value of the dealer's open card, 1..10.</param>
    public BlackjackStrategy(Func<Hand, int, double> hitProbability)
        : this(hitProbability, Standing()) { }

    private BlackjackStrategy(Func<Hand, int, double> hitProbability, (double Win, double Draw)[,] standing)
    {
        _hitProbability = hitProbability;
        _standing = standing;
    }

    /// <summary>The strategy with the highest mean return, from backward induction: it is the basic strategy without doubling.</summary>
    public static BlackjackStrategy Optimal()
    {
        (double, double)[,] standing = Standing();
        Dictionary<(Hand, int), (double Stand, double Hit)> values = [];
        HashSet<(Hand, int)> hits = [];
        for (int dealer = 1; dealer <= Values; dealer++)
        {
            for (int total = 2; total <= Hand.Limit; total++)
            {
                Note(new Hand(total, false), dealer);
                Note(new Hand(total, total > Values), dealer);
            }
        }
        return new BlackjackStrategy((hand, dealer) => hits.Contains((hand, dealer)) ? 1 : 0, standing);

        void Note(Hand hand, int dealer)
        {
            if (Value(hand, dealer) is var (stand, hit) && hit > stand)
            {
                hits.Add((hand, dealer));
            }
        }

        (double Stand, double Hit) Value(Hand hand, int dealer)
        {
            if (values.TryGetValue((hand, dealer), out (double, double) known))
            {
                return known;
            }
            double hit = 0;
            for (int card = 1; card <= Values; card++)
            {
                Hand next = hand.With(card);
                (double stay, double go) = next.IsBust ? (-1, -1) : Value(next, dealer);
                hit += Probability(card) * Math.Max(stay, go);
            }
            return values[(hand, dealer)] = (Return(standing[hand.Score, dealer]), hit);
        }
    }

    /// <summary>The probability with which a card has a value of 1..10.</summary>
    public static double Probability(int value) => (value == Values ? 4 : 1) / 13.0;

    /// <summary>Whether a hit is at least as likely as not.</summary>
    public bool Hits(Hand hand, int dealer) => _hitProbability(hand, dealer) >= 0.5;

    /// <summary>The mean return of standing.</summary>
    public double ReturnOfStanding(Hand hand, int dealer) => Return(_standing[hand.Score, dealer]);

    /// <summary>The mean return of a hit that is followed by this strategy.</summary>
    public double ReturnOfHitting(Hand hand, int dealer) => Return(AfterHit(hand, dealer, []));

    /// <summary>The probabilities of winning and of a draw, over all deals.</summary>
    public (double Win, double Draw) Worth()
    {
        Dictionary<(Hand, int), (double, double)> known = [];
        (double win, double draw) = (0, 0);
        for (int first = 1; first <= Values; first++)
        {
            for (int second = 1; second <= Values; second++)
            {
                for (int dealer = 1; dealer <= Values; dealer++)
                {
                    double share = Probability(first) * Probability(second) * Probability(dealer);
                    (double wins, double draws) = Worth(default(Hand).With(first).With(second), dealer, known);
                    win += share * wins;
                    draw += share * draws;
                }
            }
        }
        return (win, draw);
    }

    /// <summary>How likely a dealer with an open card ends with a score of 0 (over 21) or 17..21.</summary>
    public static double[] DealerScores(int open)
    {
        double[] scores = new double[Scores];
        Draw(default(Hand).With(open), 1);
        return scores;

        void Draw(Hand hand, double probability)
        {
            if (hand.Total >= Blackjack.DealerStands)
            {
                scores[hand.Score] += probability;
                return;
            }
            for (int card = 1; card <= Values; card++)
            {
                Draw(hand.With(card), probability * Probability(card));
            }
        }
    }

    /// <summary>Of a win 1, of a loss −1.</summary>
    private static double Return((double Win, double Draw) worth) => (2 * worth.Win) + worth.Draw - 1;

    private (double Win, double Draw) Worth(Hand hand, int dealer, Dictionary<(Hand, int), (double, double)> known)
    {
        if (known.TryGetValue((hand, dealer), out (double, double) worth))
        {
            return worth;
        }
        double hits = _hitProbability(hand, dealer);
        (double win, double draw) = hits > 0 ? AfterHit(hand, dealer, known) : default;
        (double stays, double ties) = _standing[hand.Score, dealer];
        return known[(hand, dealer)] = ((hits * win) + ((1 - hits) * stays), (hits * draw) + ((1 - hits) * ties));
    }

    private (double Win, double Draw) AfterHit(Hand hand, int dealer, Dictionary<(Hand, int), (double, double)> known)
    {
        (double win, double draw) = (0, 0);
        for (int card = 1; card <= Values; card++)
        {
            Hand next = hand.With(card);
            (double wins, double draws) = next.IsBust ? default : Worth(next, dealer, known);
            win += Probability(card) * wins;
            draw += Probability(card) * draws;
        }
        return (win, draw);
    }

    private static (double Win, double Draw)[,] Standing()
    {
        (double, double)[,] standing = new (double, double)[Scores, Values + 1];
        for (int dealer = 1; dealer <= Values; dealer++)
        {
            double below = 0;
            double[] scores = DealerScores(dealer);
            for (int score = 0; score < Scores; score++)
            {
                standing[score, dealer] = (below, scores[score]);
                below += scores[score];
            }
        }
        return standing;
    }
}
