using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using System.Runtime.InteropServices;
using VlmQ.Core.Imaging;

namespace VlmQ.Datasets.Importing.Flat;

/// <summary>How pixels lie in a list or in bytes: 8 bits a channel, rows from the top.</summary>
public sealed record PixelLayout
{
    /// <summary>Rows.</summary>
    [Required]
    [Range(1, 16384)]
    public int Height { get; init; }

    /// <summary>Pixels in a row.</summary>
    [Required]
    [Range(1, 16384)]
    public int Width { get; init; }

    /// <summary>1 for grey, 3 for red, green and blue, 4 for these and alpha, which is left out.</summary>
    [Range(1, 4)]
    public int Channels { get; init; } = 3;

    /// <summary>Which index runs fastest.</summary>
    public PixelOrder Order { get; init; }

    /// <summary>Bytes of a picture.</summary>
    internal long Length => (long)Height * Width * Channels;

    /// <summary>The picture.</summary>
    /// <param name="values">As many as <see cref="Length"/>.</param>
    internal RgbImage Picture(ReadOnlySpan<byte> values)
    {
        byte[] rgb = new byte[Height * Width * 3];
        int plane = Height * Width;
        (int pixelStep, int channelStep) = Order == PixelOrder.Hwc ? (Channels, 1) : (1, plane);
        for (int pixel = 0; pixel < plane; pixel++)
        {
            for (int channel = 0; channel < 3; channel++)
            {
                rgb[(3 * pixel) + channel] = values[(pixel * pixelStep) + (Math.Min(channel, Channels - 1) * channelStep)];
            }
        }
        return new RgbImage(Width, Height, ImmutableCollectionsMarshal.AsImmutableArray(rgb));
    }
}
