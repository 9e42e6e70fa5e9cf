using System.Runtime.InteropServices;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Pixels;

namespace SixLabors.ImageSharp.Formats.Png;

/// <summary>The palette of an image and each colour's place in it: exact where the colours fit, by median cut where they do not.</summary>
internal sealed class PaletteIndex
{
    private readonly Rgba32[] palette;
    private readonly Dictionary<Rgba32, byte> places;

    private PaletteIndex(Rgba32[] palette, Dictionary<Rgba32, byte> places)
    {
        this.palette = palette;
        this.places = places;
    }

    /// <summary>The smallest depth whose indices reach the whole palette.</summary>
    public int FewestBits =>
        palette.Length switch
        {
            <= 2 => 1,
            <= 4 => 2,
            <= 16 => 4,
            _ => 8,
        };

    public static PaletteIndex Of<TPixel>(PixelBuffer<TPixel> pixels, int largest)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        Dictionary<Rgba32, int> counts = [];
        foreach (TPixel pixel in pixels.Pixels)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(counts, ToRgba(pixel), out _)++;
        }
        List<MedianCut.Box> boxes = MedianCut.Split(counts, Math.Min(largest, 256));
        Rgba32[] palette = new Rgba32[boxes.Count];
        Dictionary<Rgba32, byte> places = new(counts.Count);
        for (int i = 0; i < boxes.Count; i++)
        {
            palette[i] = boxes[i].Mean;
            foreach (Rgba32 color in boxes[i].Colors)
            {
                places[color] = (byte)i;
            }
        }
        return new PaletteIndex(palette, places);
    }

    /// <summary>Writes the indices of a row.</summary>
    public void Look<TPixel>(ReadOnlySpan<TPixel> row, Span<byte> indices)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        Rgba32 last = default;
        byte lastIndex = 0;
        bool any = false;
        for (int x = 0; x < row.Length; x++)
        {
            Rgba32 color = ToRgba(row[x]);
            if (!any || color != last)
            {
                (last, lastIndex, any) = (color, places[color], true);
            }
            indices[x] = lastIndex;
        }
    }

    public void Write(PngChunkWriter chunks)
    {
        Span<byte> colors = stackalloc byte[768];
        Span<byte> alphas = stackalloc byte[256];
        int translucent = 0;
        for (int i = 0; i < palette.Length; i++)
        {
            (colors[3 * i], colors[(3 * i) + 1], colors[(3 * i) + 2], alphas[i]) = (palette[i].R, palette[i].G, palette[i].B, palette[i].A);
            translucent = palette[i].A < 255 ? i + 1 : translucent;
        }
        chunks.Write(PngSyntax.Palette, colors[..(3 * palette.Length)]);
        if (translucent > 0)
        {
            chunks.Write(PngSyntax.Transparency, alphas[..translucent]);
        }
    }

    private static Rgba32 ToRgba<TPixel>(TPixel pixel)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        Rgba32 color = default;
        pixel.ToRgba32(ref color);
        return color;
    }
}
