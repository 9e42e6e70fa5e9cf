using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using SixLabors.ImageSharp.Metadata;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Pixels;

namespace SixLabors.ImageSharp.Formats.Png;

/// <summary>From an image to the bytes of a PNG.</summary>
internal static class PngEncoding
{
    public static void Encode<TPixel>(PngEncoder encoder, Image<TPixel> image, Stream stream)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        PixelBuffer<TPixel> pixels = image.Buffer;
        PngColorType colorType = encoder.ColorType ?? Natural<TPixel>();
        PaletteIndex? palette =
            colorType == PngColorType.Palette ? PaletteIndex.Of(pixels, 1 << (int)(encoder.BitDepth ?? PngBitDepth.Bit8)) : null;
        int bitDepth = encoder.BitDepth is { } wanted ? (int)wanted : palette?.FewestBits ?? 8;
        PngHeader header = new(image.Width, image.Height, bitDepth, colorType, encoder.InterlaceMethod == PngInterlaceMode.Adam7);

        PngChunkWriter chunks = new(stream);
        chunks.WriteSignature();
        WriteHeader(chunks, header);
        WriteMetadata(chunks, encoder, image.Metadata);
        palette?.Write(chunks);
        WritePixels(chunks, encoder, header, new RowPacker<TPixel>(header, palette), pixels);
        chunks.Write(PngSyntax.End, []);
    }

    private static PngColorType Natural<TPixel>()
    {
        if (typeof(TPixel) == typeof(L8))
        {
            return PngColorType.Grayscale;
        }
        return typeof(TPixel) == typeof(Rgb24) ? PngColorType.Rgb : PngColorType.RgbWithAlpha;
    }

    private static void WriteHeader(PngChunkWriter chunks, PngHeader header)
    {
        Span<byte> data = stackalloc byte[PngHeader.Length];
        header.Write(data);
        chunks.Write(PngSyntax.Header, data);
    }

    private static void WriteMetadata(PngChunkWriter chunks, PngEncoder encoder, ImageMetadata metadata)
    {
        Span<byte> data = stackalloc byte[9];
        if (encoder.Gamma is { } gamma)
        {
            BinaryPrimitives.WriteUInt32BigEndian(data, (uint)MathF.Round(gamma * 100_000));
            chunks.Write(PngSyntax.Gamma, data[..4]);
        }
        if (encoder.SkipMetadata)
        {
            return;
        }
        double perMeter = metadata.ResolutionUnits switch
        {
            PixelResolutionUnit.PixelsPerInch => 1 / 0.0254,
            PixelResolutionUnit.PixelsPerCentimeter => 100,
            _ => 1,
        };
        BinaryPrimitives.WriteUInt32BigEndian(data, (uint)Math.Round(metadata.HorizontalResolution * perMeter));
        BinaryPrimitives.WriteUInt32BigEndian(data[4..], (uint)Math.Round(metadata.VerticalResolution * perMeter));
        data[8] = metadata.ResolutionUnits == PixelResolutionUnit.AspectRatio ? (byte)0 : (byte)1;
        chunks.Write(PngSyntax.Physical, data);
    }

    private static void WritePixels<TPixel>(
        PngChunkWriter chunks,
        PngEncoder encoder,
        PngHeader header,
        RowPacker<TPixel> packer,
        PixelBuffer<TPixel> pixels
    )
        where TPixel : unmanaged, IPixel<TPixel>
    {
        PngFilterMethod filter = encoder.FilterMethod ?? FilterFor(header, pixels);
        using PngDataWriter data = new(chunks);
        ZLibCompressionOptions options = new() { CompressionLevel = ZLibLevel(encoder.CompressionLevel) };
        using (ZLibStream deflater = new(data, options, leaveOpen: true))
        using (PngRowWriter rows = new(deflater, filter, header))
        {
            foreach (PngPass pass in header.Passes)
            {
                rows.StartPass(pass);
                for (int y = 0; y < pass.Height; y++)
                {
                    rows.WriteRow(packer.Pack(pixels.Row(pass.Y + (y * pass.StepY)), pass));
                }
            }
        }
        data.Complete();
    }

    /// <summary>
    /// zlib-ng's first level writes files a third larger than zlib's does, its second one smaller ones at three quarters of the speed.
    /// </summary>
    private static int ZLibLevel(PngCompressionLevel level) => level == PngCompressionLevel.BestSpeed ? 2 : (int)level;

    /// <summary>
    /// Flat areas and text compress best as they are, everything else after prediction. Indices and packed samples cannot be predicted.
    /// </summary>
    private static PngFilterMethod FilterFor<TPixel>(PngHeader header, PixelBuffer<TPixel> pixels)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        const int SampledRows = 8;
        if (header.ColorType == PngColorType.Palette || header.BitDepth < 8)
        {
            return PngFilterMethod.None;
        }
        long repeated = 0;
        long looked = 0;
        for (int y = 0; y < pixels.Height; y += SampledRows)
        {
            ReadOnlySpan<TPixel> row = pixels.Row(y);
            for (int x = 1; x < row.Length; x++)
            {
                repeated += row[x].Equals(row[x - 1]) ? 1 : 0;
            }
            looked += row.Length;
        }
        return 2 * repeated > looked ? PngFilterMethod.None : PngFilterMethod.Paeth;
    }
}
