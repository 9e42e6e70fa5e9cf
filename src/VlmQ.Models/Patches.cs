using System.Runtime.InteropServices;
using VlmQ.Core.Tokens;
using static TorchSharp.torch;

namespace VlmQ.Models;

/// <summary>Cuts pictures into square patches.</summary>
public static class Patches
{
    /// <summary>Cuts some pictures of a batch.</summary>
    /// <param name="images">8-bit RGB, <c>[pictures, size, size, 3]</c>; see <see cref="TurnBatch.Images"/>.</param>
    /// <param name="rows">Which pictures.</param>
    /// <param name="imageSize">Pixels in a row of a picture, and rows.</param>
    /// <param name="patchSize">Pixels in a row of a patch, and rows; divides <paramref name="imageSize"/>.</param>
    /// <returns>
    /// float32 <c>[rows, patches, patchSize·patchSize·3]</c>: patches row by row, in a patch row, pixel, channel; bytes scaled to −0.5…0.5.
    /// </returns>
    public static Tensor Cut(byte[] images, ReadOnlySpan<int> rows, int imageSize, int patchSize)
    {
        ArgumentNullException.ThrowIfNull(images);
        int across = imageSize / patchSize;
        int stripe = patchSize * 3;
        Tensor patches = empty(rows.Length, across * across, patchSize * stripe);
        Span<float> destination = MemoryMarshal.Cast<byte, float>(patches.bytes);
        foreach (int row in rows)
        {
            ReadOnlySpan<byte> image = images.AsSpan(row * imageSize * imageSize * 3, imageSize * imageSize * 3);
            for (int patch = 0; patch < across * across; patch++)
            {
                int corner = ((patch / across * patchSize * imageSize) + (patch % across * patchSize)) * 3;
                for (int y = 0; y < patchSize; y++)
                {
                    Scale(image.Slice(corner + (y * imageSize * 3), stripe), destination[..stripe]);
                    destination = destination[stripe..];
                }
            }
        }
        return patches;
    }

    private static void Scale(ReadOnlySpan<byte> from, Span<float> to)
    {
        for (int i = 0; i < from.Length; i++)
        {
            to[i] = (from[i] / 255f) - 0.5f;
        }
    }
}
