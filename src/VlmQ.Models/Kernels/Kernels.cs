namespace VlmQ.Models.Kernels;

/// <summary>The kernels that this process can use.</summary>
public static class Kernels
{
    /// <summary>TorchSharp's own operations.</summary>
    public static IKernels Plain { get; } = new PlainKernels();

    /// <summary>The fused kernels, or null where the loaded native library does not have them.</summary>
    public static IKernels? Fused { get; } = FusedKernels.TryLoad();

    /// <summary>The fused kernels where they exist, else the plain ones.</summary>
    public static IKernels Best { get; } = Fused ?? Plain;
}
