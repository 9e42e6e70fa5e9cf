using TorchSharp;
using VlmQ.Models.Kernels;
using static TorchSharp.torch;

namespace VlmQ.Models.Tests.Kernels;

/// <summary>The plain kernels' gradients against central differences in float64, and their values against hand-computed ones.</summary>
public class PlainKernelsTests
{
    private static readonly PlainKernels Plain = new();

    [Theory]
    [InlineData(2, 5, 8, 2, 5)]
    [InlineData(1, 4, 6, 3, 2)]
    public void A_blocks_gradient_is_its_slope(int batch, int length, int width, int heads, int tail)
    {
        using var scope = NewDisposeScope();
        using KernelCases cases = new(31, ScalarType.Float64);
        BlockWeights weights = cases.Block(width);
        Tensor hidden = cases.Leaf(1, batch, length, width),
            upstream = cases.Constant(1, batch, tail, width);
        AssertSlope(
            () => (Plain.Block(hidden, weights, heads, Precision.Full, tail) * upstream).sum(),
            [hidden, .. KernelCases.Parts(weights)]
        );
    }

    [Fact]
    public void Token_statistics_gradients_are_their_slopes()
    {
        using var scope = NewDisposeScope();
        using KernelCases cases = new(32, ScalarType.Float64);
        Tensor logits = cases.Leaf(1, 4, 7),
            online = cases.Leaf(1, 2, 4, 7),
            target = cases.Constant(1, 2, 4, 7),
            actions = cases.Actions(7, 4);
        AssertSlope(
            () =>
            {
                TokenStatistics statistics = Plain.TokenStatistics(logits, actions, online, target);
                return statistics.LogProbability.square().sum() + statistics.ActionValues.square().sum();
            },
            [logits, online]
        );
    }

    [Fact]
    public void Token_statistics_of_three_tokens_are_as_computed_by_hand()
    {
        using var scope = NewDisposeScope();
        Tensor logits = tensor(new[] { 0.5, 0.25, 0.25 }, [1, 3]).log();
        Tensor online = tensor(new[] { 1.0, 2, 3, 3, 2, 5 }, [2, 1, 3]),
            target = tensor(new[] { 4.0, 0, 8, 2, 1, 9 }, [2, 1, 3]);
        TokenStatistics all = Plain.TokenStatistics(logits, tensor([2L]), online, target);
        Assert.Equal(Math.Log(0.25), all.LogProbability.ToDouble(), 1e-12);
        Assert.Equal([3.0, 5.0], all.ActionValues.data<double>().ToArray());
        Assert.Equal(1.5 * Math.Log(2), all.Entropy.ToDouble(), 1e-12);
        Assert.Equal((0.5 * 2) + (0.25 * 0) + (0.25 * 8), all.StateValue.ToDouble(), 1e-12);
        Assert.Equal(8.0, all.TargetActionValue.ToDouble(), 1e-12);
        Assert.Equal(4.0, all.MeanActionValue.ToDouble(), 1e-12);
        Assert.Equal((0.5 * 2) + (0.25 * 2) + (0.25 * 4), all.MeanStateValue.ToDouble(), 1e-12);
        TokenStatistics likely = Plain.TokenStatistics(logits, tensor([2L]), online, target, 0.3);
        Assert.Equal(2.0, likely.StateValue.ToDouble(), 1e-12); // only the first token has π above 0.3
        Assert.Equal(2.0, likely.MeanStateValue.ToDouble(), 1e-12);
    }

    [Fact]
    public void A_position_does_not_see_later_ones()
    {
        using var scope = NewDisposeScope();
        using KernelCases cases = new(33, ScalarType.Float64);
        BlockWeights weights = cases.Block(8);
        Tensor hidden = cases.Constant(1, 1, 6, 8),
            changed = hidden.clone();
        changed[0, 4] = 7.0;
        Tensor before = Plain.Block(hidden, weights, 2),
            after = Plain.Block(changed, weights, 2);
        Assert.True(before[0, ..4].Equals(after[0, ..4]));
        Assert.False(before[0, 4..].Equals(after[0, 4..]));
    }

    [Fact]
    public void The_tail_is_the_end_of_the_whole()
    {
        using var scope = NewDisposeScope();
        using KernelCases cases = new(34, ScalarType.Float64);
        BlockWeights weights = cases.Block(8);
        Tensor hidden = cases.Constant(1, 2, 6, 8);
        Tensor whole = Plain.Block(hidden, weights, 2),
            tail = Plain.Block(hidden, weights, 2, Precision.Full, 2);
        Assert.True(whole[TensorIndex.Ellipsis, 4.., TensorIndex.Colon].allclose(tail, 1e-12, 1e-12));
    }

    /// <summary>Central differences at every element of every leaf.</summary>
    private static void AssertSlope(Func<Tensor> loss, Tensor[] leaves)
    {
        const double step = 1e-5;
        IList<Tensor> gradients = autograd.grad([loss()], leaves);
        using var constant = no_grad();
        for (int leaf = 0; leaf < leaves.Length; leaf++)
        {
            Tensor flat = leaves[leaf].detach().view(-1),
                gradient = gradients[leaf].contiguous().view(-1);
            for (long i = 0; i < flat.numel(); i++)
            {
                using var scope = NewDisposeScope();
                double value = flat[i].item<double>();
                flat[i] = value + step;
                double above = loss().item<double>();
                flat[i] = value - step;
                double below = loss().item<double>();
                flat[i] = value;
                Assert.Equal((above - below) / (2 * step), gradient[i].item<double>(), 1e-6);
            }
        }
    }
}
