using System.Collections.Immutable;
using System.Text.Json;
using VlmQ.Core.Environments;
using VlmQ.Core.Environments.GymCards;
using VlmQ.Core.Environments.GymCards.Cards;
using VlmQ.Core.Imaging;

namespace VlmQ.Core.Tests.Environments.GymCards;

public class FormulaGameTests
{
    private static readonly EZPoints Easy = new();
    private static readonly Points24 Hard = new();

    [Theory]
    [Trait("Category", "Golden")]
    [InlineData("EZPoints")]
    [InlineData("Points24")]
    public void Every_golden_trace_is_reproduced(string name)
    {
        int traces = 0;
        foreach (JsonElement trace in GoldenTraces.Of(name))
        {
            string[] cards = [.. trace.GetProperty("initial").GetProperty("cards").EnumerateArray().Select(card => card.GetString()!)];
            GoldenTraces.AssertReproduced(name == "EZPoints" ? Easy : Hard, trace, Table(cards));
            traces++;
        }
        Assert.True(traces >= 300, $"{traces} traces");
    }

    [Fact]
    [Trait("Category", "Golden")]
    public void Golden_draws_deal_the_golden_cards()
    {
        foreach (JsonElement trace in GoldenTraces.Of("EZPoints"))
        {
            Queue<JsonElement> draws = new(trace.GetProperty("draws").EnumerateArray().Select(draw => draw.GetProperty("value")));
            int rank = draws.Dequeue().GetInt32();
            PlayingCard first = new(SuitOf(draws.Dequeue()), rank);
            double product = draws.Peek().ValueKind == JsonValueKind.Number ? draws.Dequeue().GetDouble() : 1;
            FormulaState state = EZPoints.Deal(first, product, SuitOf(draws.Dequeue()), draws.Dequeue().GetDouble());
            Assert.Empty(draws);
            Assert.Equal(
                trace.GetProperty("initial").GetProperty("cards").EnumerateArray().Select(card => card.GetString()),
                state.Cards.Select(card => card.Name)
            );
        }
    }

    [Fact]
    [Trait("Category", "Golden")]
    public void Deals_of_EZPoints_follow_the_documented_distribution()
    {
        const int Deals = 48_000;
        Dictionary<string, int> counts = [];
        for (long seed = 0; seed < Deals; seed++)
        {
            FormulaState state = (FormulaState)Easy.Reset(seed);
            string pair = string.Join(',', state.Cards.Select(card => card.Value));
            counts[pair] = counts.GetValueOrDefault(pair) + 1;
        }
        JsonElement expected = GoldenTraces.Statistics("EZPoints").GetProperty("number_pair_probability");
        Assert.Equal(expected.EnumerateObject().Select(pair => pair.Name).Order(), counts.Keys.Order());
        foreach (JsonProperty pair in expected.EnumerateObject())
        {
            double[] fraction = [.. pair.Value.GetString()!.Split('/').Select(double.Parse)];
            double probability = fraction[0] / fraction[1];
            double deviation = Math.Sqrt(Deals * probability * (1 - probability));
            Assert.InRange(counts[pair.Name], (Deals * probability) - (5 * deviation), (Deals * probability) + (5 * deviation));
        }
    }

    [Fact]
    public void Deals_of_Points24_are_uniform_over_ranks_and_suits()
    {
        const int Deals = 13_000;
        int[] counts = new int[52];
        for (long seed = 0; seed < Deals; seed++)
        {
            foreach (PlayingCard card in ((FormulaState)Hard.Reset(seed)).Cards)
            {
                counts[((int)card.Suit * 13) + card.Rank - 1]++;
            }
        }
        // 1000 are expected of each card; five standard deviations are 157.
        Assert.All(counts, count => Assert.InRange(count, 843, 1157));
    }

    [Fact]
    public void The_expert_solves_every_deal_of_EZPoints_in_four_actions()
    {
        for (long seed = 0; seed < 400; seed++)
        {
            Assert.Equal((10f, 4), Play(Easy, (FormulaState)Easy.Reset(seed)));
        }
    }

    [Fact]
    [Trait("Category", "Golden")]
    public void The_expert_solves_the_deals_of_Points24_that_can_be_solved_and_ends_the_others_at_once()
    {
        JsonElement hands = GoldenTraces.Statistics("Points24");
        HashSet<string> hopeless =
        [
            .. hands
                .GetProperty("unsolvable_even_with_power_and_floor_division")
                .EnumerateArray()
                .Select(hand => string.Join(',', hand.EnumerateArray().Select(number => number.GetInt32()))),
        ];
        int solved = 0;
        foreach (int[] numbers in Multisets())
        {
            FormulaState state = new([.. numbers.Select((number, i) => new PlayingCard((Suit)i, number))], [], false);
            (float sum, int steps) = Play(Hard, state);
            solved += sum > 0 ? 1 : 0;
            Assert.Equal(hopeless.Contains(string.Join(',', numbers)) ? (-1f, 1) : (10f, steps), (sum, steps));
        }
        Assert.Equal(hands.GetProperty("hand_multisets").GetProperty("solvable_with_power_and_floor_division").GetInt32(), solved);
    }

    [Fact]
    public void The_expert_goes_on_from_what_others_began()
    {
        Assert.Equal(10f, Play(Hard, new FormulaState(Cards("H8", "S5", "D8", "C3"), ["(", "8", "+", "8"], false)).Sum);
        Assert.Equal(10f, Play(Hard, new FormulaState(Cards("HK", "SJ", "D4", "C4"), ["(", " ", "10"], false)).Sum);
        Assert.Equal(10f, Play(Easy, new FormulaState(Cards("H9", "S3"), ["3", "+"], false)).Sum);
        // What cannot be mended is ended.
        Assert.Equal("=", Easy.Advise(new FormulaState(Cards("H9", "S3"), ["*", "9"], false)));
        Assert.Equal("=", Easy.Advise(new FormulaState(Cards("H9", "S3"), ["9", "*"], false)));
    }

    [Fact]
    public void A_reply_that_did_not_parse_does_nothing()
    {
        FormulaState state = new(Cards("H9", "S3"), ["9"], false);
        StepResult result = Easy.Step(state, null);
        Assert.Same(state, result.State);
        Assert.Equal((0f, false, false), (result.Reward, result.Terminated, result.Truncated));
    }

    [Fact]
    public void An_ended_game_foreign_actions_and_foreign_states_are_refused()
    {
        FormulaState state = new(Cards("H9", "S3"), [], false);
        Assert.Throws<ArgumentException>(() => Easy.Step(Easy.Step(state, "=").State, "="));
        Assert.Throws<ArgumentException>(() => Easy.Step(state, "-"));
        Assert.Throws<ArgumentException>(() => Hard.Step(state, "-"));
        Assert.Throws<ArgumentException>(() => new FormulaState(Cards("H9", "S3"), ["9", "9"], false));
    }

    [Fact]
    public void A_state_keeps_its_formula_and_refuses_what_is_none()
    {
        string[] formula = ["(", "10", " ", "-", "1", ")", "*", "/", "+", "10"];
        FormulaState state = new(Cards("HK", "SJ", "DA", "C4"), [.. formula], false);
        Assert.Equal(formula, state.Formula);
        Assert.Equal((10, 3), (state.TokenCount, state.NumbersUsed));
        Assert.Equal("10", state.TokenAt(9));
        Assert.Throws<ArgumentOutOfRangeException>(() => state.TokenAt(10));
        Assert.All(
            ["=", "11", "", "x", "++"],
            text => Assert.Throws<ArgumentException>(() => new FormulaState(state.Cards, [text], false))
        );
        Assert.Equal(21, new FormulaState(state.Cards, [.. Enumerable.Repeat("+", 21)], false).TokenCount);
        Assert.Throws<ArgumentException>(() => new FormulaState(state.Cards, [.. Enumerable.Repeat("+", 22)], false));
    }

    [Fact]
    public void The_picture_shows_cards_and_formula_where_the_reference_has_them()
    {
        FormulaState state = new(Cards("H9", "SK"), [], false);
        ReadOnlySpan<byte> before = Easy.Observe(state).Image.Pixels;
        Assert.Equal([0x35, 0x65, 0x4D], before[..3].ToArray());
        // Inside the first card, between the cards, and inside the second.
        Assert.Equal([255, 255, 255], Pixel(before, 12, 150));
        Assert.Equal([0x35, 0x65, 0x4D], Pixel(before, 146, 150));
        Assert.NotEqual([0x35, 0x65, 0x4D], Pixel(before, 160, 150));
        ReadOnlySpan<byte> after = Easy.Observe(Easy.Step(state, "9").State).Image.Pixels;
        Assert.True(before[..(258 * 900)].SequenceEqual(after[..(258 * 900)]));
        Assert.False(before.SequenceEqual(after));
    }

    [Fact]
    public void Every_token_of_the_longest_formula_is_in_the_picture()
    {
        FormulaState easy = new(Cards("HK", "S2"), [], false);
        AssertEachIsSeen(Easy, easy, ["10", "+", "+", "2", "+", "+"]);
        FormulaState hard = new(Cards("HK", "SQ", "DJ", "CT"), [], false);
        AssertEachIsSeen(Hard, hard, [.. Enumerable.Repeat("10", 4), .. Enumerable.Repeat("+", 17)]);
    }

    [Theory]
    [InlineData(64)]
    [InlineData(378)]
    public void Formulas_can_be_told_apart_at_the_sizes_that_models_see(int side)
    {
        // As many grey levels as a stroke has that is half a pixel wide and as long as a digit.
        const int LeastInk = 1500;
        FormulaState state = new(Cards("H2", "S3", "D8", "C9"), ["3", "+"], false);
        string[] next = ["2", "8", "9", "+", "-", "*", "/", "(", ")"];
        RgbImage[] seen = [.. next.Select(token => Hard.Observe(Hard.Step(state, token).State).Image).Select(Resized)];
        for (int i = 0; i < next.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                int difference = seen[i].Pixels.ToArray().Zip(seen[j].Pixels.ToArray(), (a, b) => Math.Abs(a - b)).Sum();
                Assert.True(difference > LeastInk, $"{next[i]} and {next[j]} differ by {difference} at {side} pixels");
            }
        }

        RgbImage Resized(RgbImage image) => PillowResampler.Bicubic(image, side, side);
    }

    [Fact]
    public void Every_card_has_a_picture_of_its_own()
    {
        HashSet<string> pictures = [];
        foreach (Suit suit in Enum.GetValues<Suit>())
        {
            for (int rank = 1; rank <= 13; rank++)
            {
                FormulaState state = new([.. Enumerable.Repeat(new PlayingCard(suit, rank), 4)], [], false);
                Assert.True(pictures.Add(Convert.ToHexString(Hard.Observe(state).Image.Pixels)));
            }
        }
    }

    private static void AssertEachIsSeen(FormulaGame game, EnvironmentState state, string[] tokens)
    {
        foreach (string token in tokens)
        {
            EnvironmentState next = game.Step(state, token).State;
            Assert.NotEqual(game.Observe(state).Image, game.Observe(next).Image);
            state = next;
        }
    }

    private static byte[] Pixel(ReadOnlySpan<byte> pixels, int x, int y) => pixels.Slice(3 * ((300 * y) + x), 3).ToArray();

    private static (float Sum, int Steps) Play(FormulaGame game, FormulaState state)
    {
        EnvironmentState at = state;
        float sum = 0;
        for (int steps = 1; ; steps++)
        {
            StepResult result = game.Step(at, game.Advise(at));
            sum += result.Reward;
            if (result.Terminated || result.Truncated)
            {
                return (sum, steps);
            }
            at = result.State;
        }
    }

    private static IEnumerable<int[]> Multisets() =>
        from a in Enumerable.Range(1, 10)
        from b in Enumerable.Range(a, 11 - a)
        from c in Enumerable.Range(b, 11 - b)
        from d in Enumerable.Range(c, 11 - c)
        select (int[])[a, b, c, d];

    private static ImmutableArray<PlayingCard> Cards(params string[] names) => [.. names.Select(PlayingCard.Parse)];

    private static FormulaState Table(string[] cards) => new(Cards(cards), [], false);

    private static Suit SuitOf(JsonElement letter) => PlayingCard.Parse(letter.GetString() + "A").Suit;
}
