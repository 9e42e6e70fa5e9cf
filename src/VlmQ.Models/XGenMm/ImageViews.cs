using System.Buffers;
using System.Runtime.InteropServices;
using VlmQ.Core.Imaging;
using static TorchSharp.torch;

namespace VlmQ.Models.XGenMm;

/// <summary>
/// Cuts pictures of one size into views: in bytes, and as the normalised patches that the vision tower reads. Safe from several threads.
/// </summary>
public sealed class ImageViews
{
    private const int Channels = 3;

    private readonly ResamplingPlan _squash;
    private readonly ResamplingPlan _enlarge;

    /// <param name="layout">The pictures' size and their grid.</param>
    public ImageViews(ViewLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        Layout = layout;
        _squash = Plan(layout.ViewSize, layout.ViewSize);
        _enlarge = Plan(layout.ResizedWidth, layout.ResizedHeight);

        ResamplingPlan Plan(int width, int height) => ResamplingPlan.Bicubic(layout.ImageWidth, layout.ImageHeight, width, height);
    }

    /// <summary>The pictures' size and their grid.</summary>
    public ViewLayout Layout { get; }

    /// <summary>Cuts a picture into its views.</summary>
    /// <param name="pixels">8-bit RGB, <c>[height, width, 3]</c>.</param>
    /// <param name="views">Gets <c>[views, side, side, 3]</c>: the squashed view, then the grid's, row by row.</param>
    public void Cut(ReadOnlySpan<byte> pixels, Span<byte> views)
    {
        ViewLayout layout = Layout;
        int stride = layout.ViewSize * Channels;
        int view = layout.ViewSize * stride;
        _squash.Run(pixels, views[..view]);
        views = views[view..];
        views.Clear();
        int length = layout.ResizedWidth * layout.ResizedHeight * Channels;
        byte[] resized = ArrayPool<byte>.Shared.Rent(length);
        _enlarge.Run(pixels, resized.AsSpan(0, length));
        int end = layout.PasteX + layout.ResizedWidth;
        for (int row = 0; row < layout.ResizedHeight; row++)
        {
            ReadOnlySpan<byte> source = resized.AsSpan(row * layout.ResizedWidth * Channels, layout.ResizedWidth * Channels);
            int y = layout.PasteY + row;
            for (int x = layout.PasteX; x < end; )
            {
                int column = x / layout.ViewSize;
                int run = Math.Min(end, (column + 1) * layout.ViewSize) - x;
                int index = (y / layout.ViewSize * layout.Columns) + column;
                int place = (index * view) + (y % layout.ViewSize * stride) + (x % layout.ViewSize * Channels);
                source[..(run * Channels)].CopyTo(views[place..]);
                source = source[(run * Channels)..];
                x += run;
            }
        }
        ArrayPool<byte>.Shared.Return(resized);
    }

    /// <summary>A byte as the vision tower sees it: <c>(byte/255 − 0.5)/0.5</c>, every step in float32.</summary>
    public static float Normalized(byte value) => ((value / 255f) - 0.5f) / 0.5f;

    /// <summary>
    /// Cuts views into square patches; pixels at the right and lower edge that fill no patch are left out. A patch of these is what a
    /// convolution without padding, whose stride is its size, multiplies with its weights.
    /// </summary>
    /// <param name="views"><c>[views, side, side, 3]</c>.</param>
    /// <param name="viewSize">Side of a view.</param>
    /// <param name="patchSize">Side of a patch.</param>
    /// <returns>float32 <c>[views, patches, 3·patchSize²]</c>: patches row by row; in a patch channel, row, pixel.</returns>
    public static Tensor Patches(ReadOnlySpan<byte> views, int viewSize, int patchSize)
    {
        float[] normalized = new float[256];
        for (int value = 0; value < normalized.Length; value++)
        {
            normalized[value] = Normalized((byte)value);
        }
        int across = viewSize / patchSize;
        int stride = viewSize * Channels;
        int count = views.Length / (viewSize * stride);
        Tensor patches = empty(count, across * across, Channels * patchSize * patchSize);
        Span<float> destination = MemoryMarshal.Cast<byte, float>(patches.bytes);
        int filled = 0;
        for (int view = 0; view < count; view++)
        {
            ReadOnlySpan<byte> picture = views.Slice(view * viewSize * stride, viewSize * stride);
            for (int patch = 0; patch < across * across; patch++)
            {
                int corner = (patch / across * patchSize * stride) + (patch % across * patchSize * Channels);
                for (int channel = 0; channel < Channels; channel++)
                {
                    for (int y = 0; y < patchSize; y++)
                    {
                        ReadOnlySpan<byte> line = picture.Slice(corner + (y * stride), patchSize * Channels);
                        for (int x = channel; x < line.Length; x += Channels)
                        {
                            destination[filled++] = normalized[line[x]];
                        }
                    }
                }
            }
        }
        return patches;
    }
}
