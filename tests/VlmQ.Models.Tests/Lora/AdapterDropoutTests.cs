using VlmQ.Core.Randomness;
using VlmQ.Models.Kernels;
using VlmQ.Models.Lora;
using static TorchSharp.torch;

namespace VlmQ.Models.Tests.Lora;

public sealed class AdapterDropoutTests
{
    private static readonly RandomKey Step = RandomKey.Of(1, "step");

    [Fact]
    public void The_same_step_and_layer_leave_out_the_same_inputs()
    {
        float[] factors = Factors(new AdapterDropout(Step), "layer", 8, 24);
        Assert.Equal(factors, Factors(new AdapterDropout(Step), "layer", 8, 24));
        Assert.NotEqual(factors, Factors(new AdapterDropout(Step), "other", 8, 24));
        Assert.NotEqual(factors, Factors(new AdapterDropout(RandomKey.Of(2, "step")), "layer", 8, 24));
    }

    [Fact]
    public void Rows_computed_in_pieces_leave_out_what_they_do_together()
    {
        float[] whole = Factors(new AdapterDropout(Step), "layer", 7, 13);
        float[] first = Factors(new AdapterDropout(Step), "layer", 4, 13);
        float[] rest = Factors(new AdapterDropout(Step, FirstRow: 4), "layer", 3, 13);
        Assert.Equal(whole, first.Concat(rest));
    }

    [Fact]
    public void The_share_that_is_left_out_is_the_one_asked_for_and_the_mean_stays()
    {
        float[] factors = Factors(new AdapterDropout(Step), "layer", 500, 200, 0.25);
        double left = factors.Count(factor => factor == 0) / (double)factors.Length;
        // 100,000 draws: five standard deviations are 0.0068.
        Assert.Equal(0.25, left, 0.0069);
        Assert.Equal(1, factors.Average(), 0.01);
        Assert.Equal([0f, (float)(1 / 0.75)], factors.Distinct().Order());
    }

    [Fact]
    public void Inputs_are_left_out_in_the_scope_of_a_step_alone()
    {
        using LoraAdapters adapters = AdapterSetTests.Adapters(1, 0.1, dropout: 0.5);
        using AdapterSet set = new();
        set.Attach("default", adapters);
        PlainKernels kernels = new();
        using Tensor x = AdapterSetTests.Inputs(5, 6);
        using Tensor y = zeros(5, 4);
        using Tensor whole = set.Add("m.layer", x, y, kernels, Precision.Full);
        using (set.Dropping(new AdapterDropout(Step)))
        {
            using Tensor one = set.Add("m.layer", x, y, kernels, Precision.Full);
            using Tensor again = set.Add("m.layer", x, y, kernels, Precision.Full);
            using Tensor factors = new AdapterDropout(Step).Factors("default:m.layer", x, 0.5);
            LoraAdapter adapter = adapters.Find("m.layer")!;
            using Tensor expected = ((x * factors).mm(adapter.A.t()) * adapter.Scale).mm(adapter.B.t());
            Assert.True(one.Equals(again));
            Assert.True(one.allclose(expected, 1e-5, 1e-6));
            Assert.False(one.allclose(whole, 1e-3, 1e-3));
            using (set.Dropping(null))
            {
                using Tensor inside = set.Add("m.layer", x, y, kernels, Precision.Full);
                Assert.True(inside.Equals(whole));
            }
        }
        using Tensor after = set.Add("m.layer", x, y, kernels, Precision.Full);
        Assert.True(after.Equals(whole));
    }

    private static float[] Factors(AdapterDropout dropout, string module, int rows, int columns, double share = 0.5)
    {
        using Tensor input = zeros(rows, columns);
        using Tensor factors = dropout.Factors(module, input, share);
        return factors.data<float>().ToArray();
    }
}
