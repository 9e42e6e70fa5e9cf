namespace SixLabors.ImageSharp.Processing.Processors.Transforms;

/// <summary>A kernel for resizing.</summary>
public interface IResampler
{
    /// <summary>Where the kernel becomes zero, in source pixels at scale 1.</summary>
    float Radius { get; }

    /// <summary>The kernel at distance <paramref name="x"/>.</summary>
    float GetValue(float x);
}
