using TorchSharp;
using VlmQ.Models;
using static TorchSharp.torch;

namespace VlmQ.Learning.Tests;

public sealed class CriticLossTests
{
    // Centres −1, 0, 1, 2.
    private static readonly CriticSupport Support = new(-1, 2, 4);

    [Fact]
    public void The_squared_error_is_taken_critic_by_critic()
    {
        using Tensor prediction = tensor(new float[] { 1, 2, 3, 4 }, [2, 2]);
        using Tensor loss = new CriticLoss.SquaredError().Of(prediction, [0, 5], null);
        Assert.Equal([1, 9, 9, 1], loss.data<float>().ToArray());
    }

    [Fact]
    public void A_two_hot_target_lies_between_its_neighbours()
    {
        // 0.25 is a quarter of the way from centre 0 to centre 1; −7 is clamped to −1; 2 is the last centre.
        Assert.Equal([0, 0.75f, 0.25f, 0, 1, 0, 0, 0, 0, 0, 0, 1], new CriticLoss.TwoHot().Distribution([0.25f, -7, 2], Support));
    }

    [Fact]
    public void A_smoothed_target_integrates_a_normal_density_over_the_bins()
    {
        // σ = 0.75. For the target 0.5 the bins are symmetric: edges at −1.5, −0.5, 0.5, 1.5, 2.5, in σ: ∓2.667, ∓1.333, 0.
        // Φ(2.667) = 0.996170, Φ(1.333) = 0.908789: outer bins 0.087381, inner 0.408789, all over 0.992340.
        float[] distribution = new CriticLoss.HlGauss().Distribution([0.5f], Support);
        Assert.Equal([0.088056f, 0.411944f, 0.411944f, 0.088056f], distribution, (a, b) => MathF.Abs(a - b) < 1e-5f);
    }

    [Fact]
    public void A_classifying_loss_is_the_cross_entropy_with_the_targets_distribution()
    {
        // Uniform logits over four bins cost log 4 whatever the target.
        using Tensor logits = zeros(2, 3, 4);
        foreach (CriticLoss loss in new CriticLoss[] { new CriticLoss.TwoHot(), new CriticLoss.HlGauss() })
        {
            using Tensor value = loss.Of(logits, [0, 1, 0.3f], Support);
            Assert.Equal([2, 3], value.shape);
            Assert.All(value.data<float>().ToArray(), number => Assert.Equal(MathF.Log(4), number, 1e-5f));
        }
    }

    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(1, 0.8413447460685429)]
    [InlineData(-1, 0.15865525393145707)]
    [InlineData(2.5, 0.9937903346742238)]
    [InlineData(-6, 9.865876450376981e-10)]
    public void The_normal_distribution_is_exact(double x, double expected) =>
        Assert.Equal(1, NormalDistribution.Cumulative(x) / expected, 1e-12);
}
