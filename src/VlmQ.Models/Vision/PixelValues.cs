using System.Runtime.InteropServices;
using VlmQ.Core.Imaging;
using static TorchSharp.torch;

namespace VlmQ.Models.Vision;

/// <summary>Pictures as the vision towers read them: (byte/255 − 0.5)/0.5 in float32, channels first.</summary>
public static class PixelValues
{
    private const int Channels = 3;

    private static readonly float[] Normalized = [.. Enumerable.Range(0, 256).Select(value => ((value / 255f) - 0.5f) / 0.5f)];

    /// <summary>Normalises pictures of one size.</summary>
    /// <returns>float32 <c>[pictures, 3, height, width]</c>, on the CPU.</returns>
    /// <exception cref="ArgumentException">No pictures, or pictures of different sizes.</exception>
    public static Tensor Of(IReadOnlyList<RgbImage> pictures)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        ArgumentOutOfRangeException.ThrowIfZero(pictures.Count, nameof(pictures));
        (int width, int height) = (pictures[0].Width, pictures[0].Height);
        if (pictures.Any(picture => picture.Width != width || picture.Height != height))
        {
            throw new ArgumentException($"Not every picture is {width}×{height}.", nameof(pictures));
        }
        Tensor values = empty([pictures.Count, Channels, height, width]);
        Span<float> destination = MemoryMarshal.Cast<byte, float>(values.bytes);
        foreach (RgbImage picture in pictures)
        {
            for (int channel = 0; channel < Channels; channel++)
            {
                Fill(picture.Pixels[channel..], destination[..(width * height)]);
                destination = destination[(width * height)..];
            }
        }
        return values;
    }

    /// <summary>Cuts normalised pictures into patches, row by row; in a patch channel, row, column.</summary>
    /// <param name="values"><c>[pictures, 3, size, size]</c>.</param>
    /// <param name="patchSize">Pixels in a row of a patch, and rows; divides the size.</param>
    /// <returns><c>[pictures, patches, 3·patchSize²]</c>.</returns>
    public static Tensor Patches(Tensor values, int patchSize)
    {
        ArgumentNullException.ThrowIfNull(values);
        (long pictures, long across) = (values.shape[0], values.shape[3] / patchSize);
        using Tensor cut = values.view([pictures, Channels, across, patchSize, across, patchSize]);
        using Tensor ordered = cut.permute(0, 2, 4, 1, 3, 5); // [pictures, down, across, channel, row, column]
        return ordered.reshape(pictures, across * across, Channels * patchSize * patchSize);
    }

    private static void Fill(ReadOnlySpan<byte> interleaved, Span<float> plane)
    {
        for (int i = 0; i < plane.Length; i++)
        {
            plane[i] = Normalized[interleaved[i * Channels]];
        }
    }
}
