using System.Runtime.InteropServices;
using TorchSharp;
using VlmQ.Models.Kernels;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace VlmQ.Models.Tests.Kernels;

/// <summary>Products with weights of 16 bits. Limits are relative to the largest element: sums of up to 2,100 terms in another order.</summary>
public sealed class NarrowWeightsTests
{
    private const double Close = 1e-5;

    private static readonly IKernels Fused =
        Models.Kernels.Kernels.Fused ?? throw new InvalidOperationException("The native library has no fused kernels.");

    [Theory]
    [InlineData(ScalarType.BFloat16, 1, 2100, 129)]
    [InlineData(ScalarType.BFloat16, 16, 64, 300)]
    [InlineData(ScalarType.BFloat16, 17, 61, 33)]
    [InlineData(ScalarType.BFloat16, 40, 2100, 129)]
    [InlineData(ScalarType.BFloat16, 430, 96, 257)]
    [InlineData(ScalarType.Float16, 1, 2100, 129)]
    [InlineData(ScalarType.Float16, 40, 2100, 129)]
    [InlineData(ScalarType.Float16, 230, 35, 31)]
    public void A_product_and_its_gradient_are_those_of_the_widened_weight(ScalarType type, long rows, long depth, long outputs)
    {
        using DisposeScope scope = NewDisposeScope();
        using KernelCases cases = new(31);
        Tensor weight = cases.Constant(0.2, outputs, depth).to(type);
        Tensor bias = cases.Constant(1, outputs).to(type);
        Tensor upstream = cases.Constant(1, rows, outputs);
        Tensor ours = cases.Constant(1, rows, depth).requires_grad_();
        Tensor theirs = ours.detach().clone().requires_grad_();
        Tensor expected = F.linear(theirs, weight.to(ScalarType.Float32), bias.to(ScalarType.Float32));
        Tensor actual = Fused.Linear(ours, weight, bias);
        AssertClose(expected, actual);
        actual.backward([upstream]);
        expected.backward([upstream]);
        AssertClose(theirs.grad!, ours.grad!);
        using (no_grad())
        {
            AssertClose(expected, Fused.Linear(ours, weight, bias));
        }
    }

    [Theory]
    [InlineData(5)]
    [InlineData(50)]
    public void With_reduced_precision_both_factors_are_rounded_and_sums_are_not(long rows)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        using KernelCases cases = new(32);
        Tensor weight = cases.Constant(0.2, 70, 90).to(ScalarType.BFloat16);
        Tensor input = cases.Constant(1, rows, 90);
        Tensor rounded = input.to(ScalarType.BFloat16).to(ScalarType.Float32);
        AssertClose(F.linear(rounded, weight.to(ScalarType.Float32)), Fused.Linear(input, weight, null, Precision.BFloat16));
    }

    [Theory]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Float16)]
    public void A_row_has_the_same_bits_alone_and_among_others(ScalarType type)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        using KernelCases cases = new(33);
        Tensor weight = cases.Constant(0.2, 130, 96).to(type);
        Tensor input = cases.Constant(1, 16, 96);
        Tensor together = Fused.Linear(input, weight);
        for (long row = 0; row < 16; row++)
        {
            Assert.True(Fused.Linear(input.narrow(0, row, 1), weight).Equals(together.narrow(0, row, 1)), $"row {row}");
        }
    }

    [Theory]
    [InlineData(3)]
    [InlineData(60)]
    public void Threads_share_the_work_out_without_changing_a_bit(long rows)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        using KernelCases cases = new(36);
        Tensor weight = cases.Constant(0.2, 1500, 256).to(ScalarType.BFloat16);
        Tensor input = cases.Constant(1, rows, 256);
        int before = get_num_threads();
        try
        {
            set_num_threads(1);
            Tensor alone = Fused.Linear(input, weight);
            set_num_threads(4);
            // Callers at the same time do not wait for each other.
            Parallel.For(
                0,
                60,
                _ =>
                {
                    using IDisposable noGradientHere = no_grad();
                    using Tensor shared = Fused.Linear(input, weight);
                    Assert.True(shared.Equals(alone));
                }
            );
        }
        finally
        {
            set_num_threads(before);
        }
    }

    [Fact]
    public void A_part_of_a_tensor_is_a_factor_like_any_other()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        using KernelCases cases = new(34);
        Tensor weight = cases.Constant(0.2, 20, 24).to(ScalarType.BFloat16);
        Tensor last = cases.Constant(1, 3, 5, 24).narrow(1, 4, 1); // [3, 1, 24]
        AssertClose(F.linear(last, weight.to(ScalarType.Float32)), Fused.Linear(last, weight));
    }

    [Fact]
    public void No_widened_copy_of_the_weight_is_kept_for_the_way_back()
    {
        using DisposeScope scope = NewDisposeScope();
        using KernelCases cases = new(35);
        Tensor weight = cases.Constant(0.2, 40, 24).to(ScalarType.BFloat16);
        Tensor result = Fused.Linear(cases.Leaf(1, 30, 24), weight);
        // A copy would not notice.
        weight.zero_();
        ExternalException error = Assert.Throws<ExternalException>(() => result.sum().backward());
        Assert.Contains("modified by an inplace operation", error.Message, StringComparison.Ordinal);
    }

    private static void AssertClose(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.shape, actual.shape);
        double largest = expected.abs().max().ToDouble();
        double error = (expected - actual).abs().max().ToDouble();
        Assert.True(error <= Close * largest, $"off by {error}, of {largest}");
    }
}
