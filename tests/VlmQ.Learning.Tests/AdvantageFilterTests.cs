namespace VlmQ.Learning.Tests;

public sealed class AdvantageFilterTests
{
    [Fact]
    public void No_filter_keeps_every_token() => Assert.Equal([1, 1, 1], Weights(new AdvantageFilter.None()));

    [Fact]
    public void The_binary_filter_keeps_what_is_above_its_threshold() => Assert.Equal([0, 0, 1], Weights(new AdvantageFilter.Binary(0)));

    [Fact]
    public void A_threshold_below_zero_keeps_tokens_without_advantage() =>
        Assert.Equal([0, 1, 1], Weights(new AdvantageFilter.Binary(-0.02)));

    [Fact]
    public void The_exponential_filter_weighs_and_clips()
    {
        // e^(−1/0.5) = 0.1353, e^0 = 1, e^(1/0.5) = 7.389, clipped at 5.
        float[] weights = Weights(new AdvantageFilter.Exponential(0.5, 5));
        Assert.Equal(0.13534f, weights[0], 1e-4f);
        Assert.Equal([1, 5], weights[1..]);
    }

    [Fact]
    public void The_leaky_filter_pushes_bad_tokens_away() => Assert.Equal([-0.25f, 0, 1], Weights(new AdvantageFilter.LeakyRelu(0.25)));

    private static float[] Weights(AdvantageFilter filter) => [filter.Weight(-1), filter.Weight(0), filter.Weight(1)];
}
