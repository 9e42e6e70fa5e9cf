using System.Runtime.InteropServices;
using TorchSharp;
using VlmQ.Models.Kernels;
using static TorchSharp.torch;

namespace VlmQ.Models.Tests.Kernels;

public class FusedKernelsTests
{
    // Sums in another order: a few units in the last place of the largest element. BFloat16 rounds factors at 2⁻⁸.
    private const double Close = 1e-5;
    private const double CloseInBFloat16 = 2e-2;

    private static readonly IKernels Plain = Models.Kernels.Kernels.Plain;

    private static IKernels Fused =>
        Models.Kernels.Kernels.Fused ?? throw new InvalidOperationException("The native library has no fused kernels.");

    [Theory]
    [InlineData(1, 7, 24, 1, 7, Precision.Full)]
    [InlineData(4, 53, 96, 3, 53, Precision.Full)]
    [InlineData(4, 53, 96, 3, 6, Precision.Full)]
    [InlineData(3, 48, 64, 2, 1, Precision.Full)]
    [InlineData(2, 31, 40, 5, 9, Precision.Full)]
    [InlineData(1, 101, 192, 6, 101, Precision.Full)]
    [InlineData(5, 1, 32, 4, 1, Precision.Full)]
    [InlineData(2, 9, 128, 2, 3, Precision.Full)]
    [InlineData(4, 53, 96, 3, 53, Precision.BFloat16)]
    [InlineData(3, 33, 64, 2, 6, Precision.BFloat16)]
    public void A_block_and_all_its_gradients_equal_the_plain_ones(
        int batch,
        int length,
        int width,
        int heads,
        int tail,
        Precision precision
    )
    {
        using var scope = NewDisposeScope();
        using KernelCases cases = new(11);
        BlockWeights weights = cases.Block(width);
        Tensor hidden = cases.Leaf(1, batch, length, width);
        Tensor upstream = cases.Constant(1, batch, tail, width);
        AssertSame(
            kernels => kernels.Block(hidden, weights, heads, precision, tail),
            upstream,
            [hidden, .. KernelCases.Parts(weights)],
            Tolerance(precision)
        );
    }

    [Theory]
    [InlineData(Precision.Full)]
    [InlineData(Precision.BFloat16)]
    public void Patch_embeddings_equal_the_plain_ones(Precision precision)
    {
        using var scope = NewDisposeScope();
        using KernelCases cases = new(12);
        Tensor patches = cases.Constant(0.2, 5, 25, 432),
            weight = cases.Leaf(0.05, 40, 432),
            bias = cases.Leaf(0.3, 40);
        AssertSame(
            kernels => kernels.PatchEmbedding(patches, weight, bias, precision),
            cases.Constant(1, 5, 25, 40),
            [weight, bias],
            Tolerance(precision)
        );
    }

    [Theory]
    [InlineData(7, 7, 8, 0, 0)]
    [InlineData(53, 53, 16, 31, 0)]
    [InlineData(53, 53, 32, 53, 53)]
    [InlineData(6, 40, 24, 0, 37)]
    [InlineData(5, 33, 8, 33, 1)]
    public void Attention_and_its_gradients_equal_the_plain_ones(long queries, long keys, long width, int firstPrefix, int secondPrefix)
    {
        using var scope = NewDisposeScope();
        using KernelCases cases = new(25);
        Tensor query = cases.Leaf(1, 2, 3, queries, width),
            key = cases.Leaf(1, 2, 3, keys, width),
            value = cases.Leaf(1, 2, 3, keys, width);
        AssertSame(
            kernels => kernels.Attention(query, key, value, [firstPrefix, secondPrefix]),
            cases.Constant(1, 2, queries, 3 * width),
            [query, key, value],
            Close
        );
    }

    [Fact]
    public void Frozen_heads_pass_the_gradient_on_and_get_none()
    {
        using var scope = NewDisposeScope();
        using KernelCases cases = new(26);
        HeadWeights head = cases.Head(12, 20, 7);
        Array.ForEach(KernelCases.Parts(head)[..3], part => part.requires_grad_(false));
        Tensor hidden = cases.Leaf(1, 9, 12);
        AssertSame(kernels => kernels.CriticHeads(hidden, [head]), cases.Constant(1, 1, 9, 7), [hidden, head.OutputBias], Close);
        Fused.CriticHeads(hidden, [head]).sum().backward();
        Assert.All(KernelCases.Parts(head)[..3], part => Assert.Null(part.grad));
    }

    [Fact]
    public void Layer_norms_equal_the_plain_ones()
    {
        using var scope = NewDisposeScope();
        using KernelCases cases = new(13);
        Tensor hidden = cases.Leaf(2, 7, 3, 97),
            weight = cases.Leaf(1, 97),
            bias = cases.Leaf(1, 97);
        AssertSame(kernels => kernels.LayerNorm(hidden, weight, bias), cases.Constant(1, 7, 3, 97), [hidden, weight, bias], Close);
    }

    [Theory]
    [InlineData(true, Precision.Full)]
    [InlineData(false, Precision.Full)]
    [InlineData(true, Precision.BFloat16)]
    public void Linear_maps_equal_the_plain_ones(bool biased, Precision precision)
    {
        using var scope = NewDisposeScope();
        using KernelCases cases = new(14);
        Tensor hidden = cases.Leaf(1, 4, 61, 50),
            weight = cases.Leaf(0.2, 193, 50);
        Tensor? bias = biased ? cases.Leaf(1, 193) : null;
        Tensor[] leaves = bias is null ? [hidden, weight] : [hidden, weight, bias];
        AssertSame(kernels => kernels.Linear(hidden, weight, bias, precision), cases.Constant(1, 4, 61, 193), leaves, Tolerance(precision));
    }

    [Theory]
    [InlineData(ScalarType.BFloat16, 1, 64, true)]
    [InlineData(ScalarType.BFloat16, 3, 61, true)]
    [InlineData(ScalarType.BFloat16, 7, 50, false)]
    [InlineData(ScalarType.Float16, 1, 64, false)]
    [InlineData(ScalarType.Float16, 6, 35, true)]
    [InlineData(ScalarType.Float16, 16, 33, true)]
    [InlineData(ScalarType.BFloat16, 17, 33, true)]
    public void Weights_of_16_bits_are_multiplied_by_their_values(ScalarType type, long rows, long depth, bool biased)
    {
        using var scope = NewDisposeScope();
        using KernelCases cases = new(24);
        Tensor hidden = cases.Constant(1, rows, depth),
            weight = cases.Constant(0.2, 193, depth).to(type);
        Tensor? bias = biased ? cases.Constant(1, 193).to(type) : null;
        Tensor expected = nn.functional.linear(hidden, weight.to(ScalarType.Float32), bias?.to(ScalarType.Float32));
        AssertClose(expected, Fused.Linear(hidden, weight, bias), Close, "fused");
        AssertClose(expected, Plain.Linear(hidden, weight, bias), Close, "plain");
        Tensor rounded = hidden.to(ScalarType.BFloat16).to(ScalarType.Float32);
        expected = nn.functional.linear(rounded, weight.to(ScalarType.Float32), bias?.to(ScalarType.Float32));
        if (type == ScalarType.BFloat16)
        {
            AssertClose(expected, Fused.Linear(hidden, weight, bias, Precision.BFloat16), Tolerance(Precision.BFloat16), "rounded");
        }
    }

    [Fact]
    public void Every_half_float_is_widened_to_its_value()
    {
        using var scope = NewDisposeScope();
        short[] bits = [.. Enumerable.Range(0, 65536).Where(i => (i & 0x7c00) != 0x7c00).Select(i => unchecked((short)i))];
        Tensor weight = empty([bits.Length, 1], dtype: ScalarType.Float16);
        MemoryMarshal.AsBytes(bits.AsSpan()).CopyTo(weight.bytes);
        Tensor one = ones(1, 1);
        Assert.True(Fused.Linear(one, weight).view(-1).Equals(weight.to(ScalarType.Float32).view(-1)));
        Tensor wide = weight.expand(-1, 16).contiguous();
        Tensor unit = zeros(1, 16);
        unit[0, 5] = 1;
        Assert.True(Fused.Linear(unit, wide).view(-1).Equals(weight.to(ScalarType.Float32).view(-1)));
    }

    [Fact]
    public void Weights_of_16_bits_that_learn_get_their_gradient()
    {
        using var scope = NewDisposeScope();
        using KernelCases cases = new(25);
        Tensor hidden = cases.Leaf(1, 2, 8);
        Tensor weight = cases.Constant(1, 5, 8).to(ScalarType.BFloat16).detach().requires_grad_();
        Fused.Linear(hidden, weight).sum().backward();
        Assert.Equal(ScalarType.BFloat16, weight.grad!.dtype);
        Assert.NotNull(hidden.grad);
    }

    [Theory]
    [InlineData(1, Precision.Full)]
    [InlineData(3, Precision.Full)]
    [InlineData(2, Precision.BFloat16)]
    public void Critic_heads_equal_the_plain_ones(int count, Precision precision)
    {
        using var scope = NewDisposeScope();
        using KernelCases cases = new(15);
        HeadWeights[] heads = [.. Enumerable.Range(0, count).Select(_ => cases.Head(48, 40, 93))];
        Tensor hidden = cases.Leaf(1, 230, 48);
        AssertSame(
            kernels => kernels.CriticHeads(hidden, heads, precision),
            cases.Constant(1, count, 230, 93),
            [hidden, .. heads.SelectMany(KernelCases.Parts)],
            Tolerance(precision)
        );
    }

    [Theory]
    [InlineData(192, 2, 0.0)]
    [InlineData(17, 1, 0.0)]
    [InlineData(192, 3, 0.02)]
    [InlineData(50, 2, 0.9)]
    public void Token_statistics_equal_the_plain_ones(int vocabulary, int critics, double minimumProbability)
    {
        using var scope = NewDisposeScope();
        using KernelCases cases = new(16);
        const int count = 70;
        Tensor logits = cases.Leaf(2, count, vocabulary),
            online = cases.Leaf(1, critics, count, vocabulary);
        Tensor target = cases.Constant(1, critics, count, vocabulary),
            actions = cases.Actions(vocabulary, count);
        TokenStatistics Of(IKernels kernels) => kernels.TokenStatistics(logits, actions, online, target, minimumProbability);
        TokenStatistics plain = Of(Plain),
            fused = Of(Fused);
        AssertClose(plain.Entropy, fused.Entropy, Close, "entropy");
        AssertClose(plain.StateValue, fused.StateValue, Close, "state value");
        AssertClose(plain.TargetActionValue, fused.TargetActionValue, Close, "target action value");
        AssertClose(plain.MeanActionValue, fused.MeanActionValue, Close, "mean action value");
        AssertClose(plain.MeanStateValue, fused.MeanStateValue, Close, "mean state value");
        Assert.False(fused.StateValue.requires_grad);
        AssertClose(
            Plain.StateValue(logits, target, minimumProbability),
            Fused.StateValue(logits, target, minimumProbability),
            Close,
            "state value alone"
        );
        AssertSame(kernels => Of(kernels).LogProbability, cases.Constant(1, count), [logits], Close);
        AssertSame(kernels => Of(kernels).ActionValues, cases.Constant(1, critics, count), [online], Close);
    }

    [Fact]
    public void Moving_averages_equal_the_plain_ones()
    {
        using var scope = NewDisposeScope();
        using KernelCases cases = new(17);
        Tensor[] sources = [cases.Leaf(1, 33, 7), cases.Leaf(1, 5)];
        Tensor[] plain = [.. sources.Select(source => (source.detach() * 2) + 1)],
            fused = [.. plain.Select(target => target.clone())];
        Plain.MovingAverage(plain, sources, 0.3);
        Fused.MovingAverage(fused, sources, 0.3);
        AssertClose(plain[0], fused[0], Close, "first");
        AssertClose(plain[1], fused[1], Close, "second");
    }

    [Fact]
    public void Results_do_not_depend_on_the_number_of_threads()
    {
        using var scope = NewDisposeScope();
        int threads = get_num_threads();
        byte[] one = BlockBytes(1),
            two = BlockBytes(2);
        set_num_threads(threads);
        Assert.Equal(one, two);

        static byte[] BlockBytes(int threads)
        {
            set_num_threads(threads);
            using KernelCases cases = new(18);
            BlockWeights weights = cases.Block(96);
            Tensor hidden = cases.Leaf(1, 8, 53, 96);
            Tensor result = Fused.Block(hidden, weights, 3, Precision.Full, 6);
            result.sum().backward();
            return [.. result.detach().bytes.ToArray(), .. KernelCases.Parts(weights).SelectMany(part => part.grad!.bytes.ToArray())];
        }
    }

    [Fact]
    public void Parameters_that_need_no_gradient_get_none()
    {
        using var scope = NewDisposeScope();
        using KernelCases cases = new(19);
        BlockWeights weights = cases.Block(32);
        weights.QkvWeight.requires_grad_(false);
        weights.ExpandBias.requires_grad_(false);
        Tensor hidden = cases.Constant(1, 2, 5, 32);
        Fused.Block(hidden, weights, 2).sum().backward();
        Assert.Null(weights.QkvWeight.grad);
        Assert.Null(weights.ExpandBias.grad);
        Assert.Null(hidden.grad);
        Assert.NotNull(weights.ContractWeight.grad);
    }

    [Fact]
    public void Other_types_and_strides_are_taken_too()
    {
        using var scope = NewDisposeScope();
        using KernelCases cases = new(20);
        Tensor strided = cases.Leaf(1, 11, 3, 20).transpose(0, 1),
            weight = cases.Leaf(1, 20),
            bias = cases.Leaf(1, 20);
        AssertClose(Plain.LayerNorm(strided, weight, bias), Fused.LayerNorm(strided, weight, bias), Close, "strided");
        using KernelCases wide = new(21, ScalarType.Float64);
        Assert.Equal(ScalarType.Float64, Fused.Linear(wide.Leaf(1, 3, 4), wide.Leaf(1, 5, 4)).dtype);
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_named()
    {
        using var scope = NewDisposeScope();
        using KernelCases cases = new(22);
        BlockWeights weights = cases.Block(24) with { ContractWeight = cases.Leaf(1, 24, 95) };
        var error = Assert.Throws<ExternalException>(() => Fused.Block(cases.Leaf(1, 2, 5, 24), weights, 2));
        Assert.Contains("[24, 95]", error.Message, StringComparison.Ordinal);
        Assert.Throws<ExternalException>(() => Fused.Block(cases.Leaf(1, 2, 5, 24), cases.Block(24), 5));
        Assert.Throws<ExternalException>(() => Fused.TokenStatistics(zeros(3, 4), tensor([0L, 4L, 1L]), zeros(1, 3, 4), zeros(1, 3, 4)));
    }

    [Fact]
    public void A_value_that_is_not_a_number_stays_one()
    {
        using var scope = NewDisposeScope();
        using KernelCases cases = new(23);
        Tensor hidden = cases.Constant(1, 1, 20, 32);
        hidden[0, 3, 5] = float.NaN;
        Tensor result = Fused.Block(hidden, cases.Block(32), 2);
        Assert.True(result[0, 3..].isnan().all().ToBoolean());
    }

    private static double Tolerance(Precision precision) => precision == Precision.Full ? Close : CloseInBFloat16;

    /// <summary>The result and the gradients of every leaf are the same, given the gradient of the result.</summary>
    private static void AssertSame(Func<IKernels, Tensor> compute, Tensor upstream, Tensor[] leaves, double tolerance)
    {
        (Tensor plain, Tensor[] expected) = Differentiate(Plain);
        (Tensor fused, Tensor[] actual) = Differentiate(Fused);
        AssertClose(plain, fused, tolerance, "result");
        for (int i = 0; i < leaves.Length; i++)
        {
            AssertClose(expected[i], actual[i], tolerance, $"gradient of leaf {i}");
        }

        (Tensor Result, Tensor[] Gradients) Differentiate(IKernels kernels)
        {
            Tensor result = compute(kernels);
            IList<Tensor> gradients = autograd.grad([result], leaves, [upstream]);
            return (result.detach(), [.. gradients]);
        }
    }

    private static void AssertClose(Tensor expected, Tensor actual, double tolerance, string what)
    {
        Assert.Equal(expected.shape, actual.shape);
        double scale = expected.detach().abs().max().ToDouble() + 1e-9;
        double worst = (expected - actual).detach().abs().max().ToDouble();
        Assert.True(worst <= tolerance * scale, $"{what}: differs by {worst} where the largest is {scale}");
    }
}
