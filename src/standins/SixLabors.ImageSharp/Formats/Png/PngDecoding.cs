using System.Buffers.Binary;
using System.Runtime.InteropServices;
using SixLabors.ImageSharp.Memory;
using SixLabors.ImageSharp.Metadata;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Pixels;

namespace SixLabors.ImageSharp.Formats.Png;

/// <summary>From the bytes of a PNG to an image.</summary>
internal static class PngDecoding
{
    /// <summary>Deflate cannot expand by more: 258 bytes from two bits.</summary>
    private const int LargestExpansion = 1032;

    /// <exception cref="UnknownImageFormatException">Not a PNG.</exception>
    public static void CheckSignature(ReadOnlySpan<byte> data)
    {
        if (!PngSyntax.StartsWithSignature(data))
        {
            throw new UnknownImageFormatException("The data do not begin with the signature of PNG.");
        }
    }

    public static ImageInfo Identify(ReadOnlySpan<byte> png)
    {
        PngHeader header = PngChunks.ReadHeader(png);
        ImageMetadata metadata = new() { DecodedImageFormat = PngFormat.Instance };
        return new ImageInfo(new PixelTypeInfo(header.BitsPerPixel), new Size(header.Width, header.Height), metadata);
    }

    public static Image DecodeAny(PngDecoderOptions options, ReadOnlySpan<byte> png)
    {
        PngChunks chunks = PngChunks.Read(png, options.PngCrcChunkHandling);
        return chunks.Header.ColorType switch
        {
            PngColorType.Grayscale when chunks.Transparency.IsEmpty => Decode<L8>(options, png, chunks),
            PngColorType.Rgb when chunks.Transparency.IsEmpty => Decode<Rgb24>(options, png, chunks),
            _ => Decode<Rgba32>(options, png, chunks),
        };
    }

    public static Image<TPixel> Decode<TPixel>(PngDecoderOptions options, ReadOnlySpan<byte> png)
        where TPixel : unmanaged, IPixel<TPixel> => Decode<TPixel>(options, png, PngChunks.Read(png, options.PngCrcChunkHandling));

    private static Image<TPixel> Decode<TPixel>(PngDecoderOptions options, ReadOnlySpan<byte> png, PngChunks chunks)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        DecoderOptions general = options.GeneralOptions;
        CheckSize<TPixel>(general.Configuration, chunks);
        PixelBuffer<TPixel> buffer = PixelBuffer<TPixel>.Allocate(general.Configuration, chunks.Header.Width, chunks.Header.Height);
        try
        {
            ReadPixels(png, chunks, buffer);
        }
        catch (InvalidDataException broken)
        {
            buffer.Dispose();
            throw new InvalidImageContentException("The compressed pixels of the PNG are damaged: " + broken.Message, broken);
        }
        catch
        {
            buffer.Dispose();
            throw;
        }
        return ImageDecoding.Fit(general, new Image<TPixel>(general.Configuration, buffer, ReadMetadata(general, chunks)));
    }

    private static unsafe void CheckSize<TPixel>(Configuration configuration, PngChunks chunks)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        PngHeader header = chunks.Header;
        try
        {
            configuration.MemoryAllocator.CheckSize(header.Width, header.Height, sizeof(TPixel));
        }
        catch (InvalidMemoryOperationException tooLarge)
        {
            throw new InvalidImageContentException(tooLarge.Message, tooLarge);
        }
        if (header.FilteredLength > LargestExpansion * (Int128)chunks.DataLength || header.RowBytes(header.Width) >= Array.MaxLength)
        {
            throw new InvalidImageContentException(
                $"{chunks.DataLength} compressed bytes cannot hold an image of {header.Width} × {header.Height} pixels."
            );
        }
    }

    private static unsafe void ReadPixels<TPixel>(ReadOnlySpan<byte> png, PngChunks chunks, PixelBuffer<TPixel> buffer)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        fixed (byte* first = png)
        {
            using PngDataStream data = new(first, png.Length, chunks.DataStart);
            using PngRowReader rows = new(data, chunks.Header);
            if (IsStoredAs<TPixel>(chunks))
            {
                rows.ReadInto(MemoryMarshal.AsBytes(buffer.Pixels));
                return;
            }
            RowExpander<TPixel> expander = new(chunks);
            foreach (PngPass pass in chunks.Header.Passes)
            {
                ReadPass(rows, pass, expander, buffer);
            }
        }
    }

    private static void ReadPass<TPixel>(PngRowReader rows, PngPass pass, RowExpander<TPixel> expander, PixelBuffer<TPixel> buffer)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        rows.StartPass(pass);
        for (int y = 0; y < pass.Height; y++)
        {
            ReadOnlySpan<byte> samples = rows.ReadRow();
            Span<TPixel> row = buffer.Row(pass.Y + (y * pass.StepY));
            if (pass.StepX == 1)
            {
                expander.Expand(samples, row);
                continue;
            }
            ReadOnlySpan<TPixel> pixels = expander.Expand(samples, pass.Width);
            for (int x = 0; x < pixels.Length; x++)
            {
                row[pass.X + (x * pass.StepX)] = pixels[x];
            }
        }
    }

    /// <summary>Whether the unfiltered rows are, byte for byte, the pixels that were asked for.</summary>
    private static bool IsStoredAs<TPixel>(PngChunks chunks)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        PngHeader header = chunks.Header;
        return header is { BitDepth: 8, Interlaced: false }
            && header.ColorType switch
            {
                PngColorType.Grayscale => typeof(TPixel) == typeof(L8),
                PngColorType.Rgb => typeof(TPixel) == typeof(Rgb24),
                PngColorType.RgbWithAlpha => typeof(TPixel) == typeof(Rgba32),
                _ => false,
            };
    }

    private static ImageMetadata ReadMetadata(DecoderOptions options, PngChunks chunks)
    {
        ImageMetadata metadata = new() { DecodedImageFormat = PngFormat.Instance };
        if (!options.SkipMetadata && chunks.Physical.Length == 9)
        {
            metadata.HorizontalResolution = BinaryPrimitives.ReadUInt32BigEndian(chunks.Physical);
            metadata.VerticalResolution = BinaryPrimitives.ReadUInt32BigEndian(chunks.Physical[4..]);
            metadata.ResolutionUnits = chunks.Physical[8] == 1 ? PixelResolutionUnit.PixelsPerMeter : PixelResolutionUnit.AspectRatio;
        }
        return metadata;
    }
}
