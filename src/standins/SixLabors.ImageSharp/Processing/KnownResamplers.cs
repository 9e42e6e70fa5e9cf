using SixLabors.ImageSharp.Processing.Operations;
using SixLabors.ImageSharp.Processing.Processors.Transforms;

namespace SixLabors.ImageSharp.Processing;

/// <summary>The kernels that can be named.</summary>
public static class KnownResamplers
{
    /// <summary>The cubic of Catmull and Rom (a = −0.5).</summary>
    public static IResampler Bicubic { get; } = new CubicKernel(0, 0.5F);

    public static IResampler Box { get; } = new BoxKernel();

    public static IResampler CatmullRom { get; } = new CubicKernel(0, 0.5F);

    public static IResampler Hermite { get; } = new CubicKernel(0, 0, radius: 1);

    public static IResampler Lanczos2 { get; } = new LanczosKernel(2);

    public static IResampler Lanczos3 { get; } = new LanczosKernel(3);

    public static IResampler MitchellNetravali { get; } = new CubicKernel(1 / 3F, 1 / 3F);

    public static IResampler NearestNeighbor { get; } = new NearestKernel();

    public static IResampler Triangle { get; } = new TriangleKernel();
}
