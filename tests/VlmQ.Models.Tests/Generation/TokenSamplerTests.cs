using FsCheck;
using FsCheck.Fluent;
using VlmQ.Core.Randomness;
using VlmQ.Models.Generation;

namespace VlmQ.Models.Tests.Generation;

public sealed class TokenSamplerTests
{
    // Probabilities ½, ¼, ⅛, ⅛.
    private static readonly float[] Logits = [MathF.Log(4), MathF.Log(2), 0, 0];

    [Fact]
    public void Greedy_decoding_takes_the_most_probable_token_and_of_equals_the_first()
    {
        TokenSampler sampler = new(4);
        Assert.Equal((0, 0f), sampler.Choose(Logits, new Decoding.Greedy(), 0.99));
        Assert.Equal((1, 0f), sampler.Choose([0, 3, 3, 1], new Decoding.Greedy(), 0));
    }

    [Fact]
    public void Sampling_gives_each_token_its_share()
    {
        int[] counts = Counts(new Decoding.Sampling());
        // Four standard deviations of a binomial with 20,000 draws lie within 290.
        Assert.InRange(counts[0], 9710, 10290);
        Assert.InRange(counts[1], 4755, 5245);
        Assert.InRange(counts[2], 2310, 2690);
        Assert.InRange(counts[3], 2310, 2690);
    }

    [Fact]
    public void Temperature_sharpens_the_distribution()
    {
        // At ½ the weights are squared: 16, 4, 1, 1 of 22.
        int[] counts = Counts(new Decoding.Sampling(temperature: 0.5));
        Assert.InRange(counts[0], 14290, 14800);
        Assert.InRange(counts[1], 3410, 3860);
    }

    [Fact]
    public void Top_k_keeps_the_k_most_probable_and_of_equals_the_first()
    {
        int[] counts = Counts(new Decoding.Sampling(topK: 3));
        Assert.Equal(0, counts[3]);
        // 4 of 7.
        Assert.InRange(counts[0], 11140, 11720);
    }

    [Fact]
    public void Top_p_keeps_the_smallest_set_that_holds_the_share()
    {
        int[] counts = Counts(new Decoding.Sampling(topP: 0.6));
        Assert.Equal([0, 0], counts[2..]);
        Assert.InRange(counts[0], 13060, 13610);
        Assert.Equal([20000, 0, 0, 0], Counts(new Decoding.Sampling(topP: 0.5)));
    }

    [Fact]
    public void The_log_probability_is_that_of_the_distribution_drawn_from()
    {
        TokenSampler sampler = new(4);
        Assert.Equal(Math.Log(0.25), sampler.Choose(Logits, new Decoding.Sampling(), 0.6).LogProbability, 1e-6);
        Assert.Equal(Math.Log(1 / 3.0), sampler.Choose(Logits, new Decoding.Sampling(topK: 2), 0.9).LogProbability, 1e-6);
    }

    [Fact]
    public void Truncation_that_cuts_nothing_changes_the_order_of_draws_but_not_the_probabilities()
    {
        Prop.ForAll(
                Gen.Choose(-50, 50).Select(value => value / 10f).ArrayOf(16).ToArbitrary(),
                logits =>
                {
                    TokenSampler sampler = new(16);
                    Dictionary<int, float> plain = Probabilities(sampler, logits, new Decoding.Sampling());
                    Dictionary<int, float> truncated = Probabilities(sampler, logits, new Decoding.Sampling(topK: 16));
                    return plain.All(pair => !truncated.TryGetValue(pair.Key, out float other) || MathF.Abs(other - pair.Value) < 1e-5f);
                }
            )
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_diverged_model_is_not_sampled_from() =>
        Assert.Throws<ArgumentException>(() => new TokenSampler(2).Choose([0, float.NaN], new Decoding.Sampling(), 0.5));

    [Theory]
    [InlineData(0, 0, 1)]
    [InlineData(double.NaN, 0, 1)]
    [InlineData(1, -1, 1)]
    [InlineData(1, 0, 0)]
    [InlineData(1, 0, 1.5)]
    public void Senseless_settings_are_refused(double temperature, int topK, double topP) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Decoding.Sampling(temperature, topK, topP));

    private static int[] Counts(Decoding decoding)
    {
        TokenSampler sampler = new(4);
        RandomKey key = RandomKey.Of(1, "sampler test");
        int[] counts = new int[4];
        for (ulong i = 0; i < 20000; i++)
        {
            counts[sampler.Choose(Logits, decoding, key.DoubleAt(i)).Token]++;
        }
        return counts;
    }

    private static Dictionary<int, float> Probabilities(TokenSampler sampler, float[] logits, Decoding decoding)
    {
        Dictionary<int, float> probabilities = [];
        for (int i = 0; i < 64; i++)
        {
            (int token, float logProbability) = sampler.Choose(logits, decoding, (i + 0.5) / 64);
            probabilities[token] = logProbability;
        }
        return probabilities;
    }
}
