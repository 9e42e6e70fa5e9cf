using VlmQ.Models.Kernels;
using static TorchSharp.torch;

namespace VlmQ.Models.Tests.Kernels;

/// <summary>Inputs for kernels, the same for the same seed.</summary>
internal sealed class KernelCases : IDisposable
{
    private readonly Generator _generator;
    private readonly ScalarType _type;

    public KernelCases(ulong seed, ScalarType type = ScalarType.Float32)
    {
        _generator = new Generator(seed);
        _type = type;
    }

    public Tensor Leaf(double deviation, params long[] shape) =>
        (randn(shape, dtype: _type, generator: _generator) * deviation).requires_grad_();

    public Tensor Constant(double deviation, params long[] shape) => randn(shape, dtype: _type, generator: _generator) * deviation;

    public Tensor Actions(long vocabulary, long count) => randint(0, vocabulary, new long[] { count }, generator: _generator);

    public BlockWeights Block(long d)
    {
        double fanIn = 1 / Math.Sqrt(d);
        return new BlockWeights(
            Leaf(1, d),
            Leaf(0.3, d),
            Leaf(fanIn, 3 * d, d),
            Leaf(0.3, 3 * d),
            Leaf(fanIn, d, d),
            Leaf(0.3, d),
            Leaf(1, d),
            Leaf(0.3, d),
            Leaf(fanIn, 4 * d, d),
            Leaf(0.3, 4 * d),
            Leaf(fanIn / 2, d, 4 * d),
            Leaf(0.3, d)
        );
    }

    public HeadWeights Head(long d, long h, long o) =>
        new(Leaf(1 / Math.Sqrt(d), h, d), Leaf(0.3, h), Leaf(1 / Math.Sqrt(h), o, h), Leaf(0.3, o));

    public static Tensor[] Parts(BlockWeights w) =>
        [
            w.Norm1Weight,
            w.Norm1Bias,
            w.QkvWeight,
            w.QkvBias,
            w.ProjectionWeight,
            w.ProjectionBias,
            w.Norm2Weight,
            w.Norm2Bias,
            w.ExpandWeight,
            w.ExpandBias,
            w.ContractWeight,
            w.ContractBias,
        ];

    public static Tensor[] Parts(HeadWeights w) => [w.InnerWeight, w.InnerBias, w.OutputWeight, w.OutputBias];

    public void Dispose() => _generator.Dispose();
}
