using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using VlmQ.Core.Episodes;
using VlmQ.Core.Imaging;
using VlmQ.Datasets.Images;
using VlmQ.Datasets.Tests.Support;

namespace VlmQ.Datasets.Tests.Images;

public sealed class PictureCodecTests
{
    /// <summary>A small PNG file.</summary>
    internal static ImmutableArray<byte> Sample { get; } = PictureCodec.Encode(Samples.Image(1));

    /// <summary>A JPEG file of 61 × 47 pixels.</summary>
    internal static ImmutableArray<byte> JpegSample { get; } = ReadJpeg();

    [Fact]
    public void A_JPEG_file_is_a_picture_too()
    {
        byte[] pixels = new byte[61 * 47 * 3];

        RgbImage image = PictureCodec.Decode(JpegSample.AsSpan(), "x").OrThrow();

        Assert.Equal((61, 47), (image.Width, image.Height));
        Assert.Equal((61, 47), PictureCodec.SizeOf(JpegSample.AsSpan(), "x").OrThrow());
        Assert.Null(PictureCodec.DecodeInto(JpegSample.AsSpan(), 61, 47, pixels, "x"));
        Assert.Equal(pixels, image.Pixels);
        Assert.True(pixels.Distinct().Count() > 100);
    }

    [Fact]
    public void A_JPEG_file_cut_anywhere_is_a_fault()
    {
        for (int length = 0; length < JpegSample.Length; length++)
        {
            Fault fault = TransitionFolders.FaultOf(PictureCodec.Decode(JpegSample.AsSpan(0, length), "here"));
            Assert.Equal((FaultKind.Data, "here"), (fault.Kind, fault.Where));
        }
    }

    [Fact]
    public void A_JPEG_file_that_claims_too_many_pixels_is_refused() =>
        Assert.Contains(
            "61×47",
            TransitionFolders.FaultOf(PictureCodec.SizeOf(JpegSample.AsSpan(), "x", pixelLimit: 2866)).What,
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("474946383961", "GIF")]
    [InlineData("524946460000000057454250", "WebP")]
    [InlineData("49492A00", "TIFF")]
    [InlineData("000000206674797061766966", "AVIF")]
    [InlineData("424D0000", "BMP")]
    [InlineData("3C73766720", "SVG")]
    [InlineData("0102", "bytes that begin with 0102")]
    [InlineData("", "no bytes")]
    public void Another_format_is_named(string bytes, string name)
    {
        byte[] file = Convert.FromHexString(bytes);
        Fault[] faults =
        [
            TransitionFolders.FaultOf(PictureCodec.Decode(file, "here")),
            TransitionFolders.FaultOf(PictureCodec.SizeOf(file, "here")),
            PictureCodec.DecodeInto(file, 1, 1, new byte[3], "here")!,
        ];
        Assert.All(faults, fault => Assert.Contains(name, fault.What, StringComparison.Ordinal));
        Assert.All(faults, fault => Assert.Contains("not PNG or JPEG", fault.What, StringComparison.Ordinal));
    }

    [Fact]
    public void Any_picture_comes_back() =>
        Check.QuickThrowOnFailure(
            Prop.ForAll(
                Arb.From(
                    from width in Gen.Choose(1, 70)
                    from height in Gen.Choose(1, 70)
                    from seed in Gen.Choose(0, 999)
                    select (width, height, seed)
                ),
                size =>
                {
                    RgbImage image = Samples.Image(size.seed, size.width, size.height);
                    ImmutableArray<byte> png = PictureCodec.Encode(image);
                    byte[] pixels = new byte[image.Pixels.Length];
                    Assert.Equal(image, PictureCodec.Decode(png.AsSpan(), "x").OrThrow());
                    Assert.Null(PictureCodec.DecodeInto(png.AsSpan(), size.width, size.height, pixels, "x"));
                    Assert.True(image.Pixels.SequenceEqual(pixels));
                    Assert.Equal((size.width, size.height), PictureCodec.SizeOf(png.AsSpan(), "x").OrThrow());
                    Assert.Equal(png, PictureCodec.Encode(image));
                }
            )
        );

    [Fact]
    public void A_file_cut_anywhere_is_a_fault()
    {
        ImmutableArray<byte> png = PictureCodec.Encode(Samples.Image(1, 20, 20));
        for (int length = 0; length < png.Length; length++)
        {
            Fault fault = TransitionFolders.FaultOf(PictureCodec.Decode(png.AsSpan(0, length), "here"));
            Assert.Equal((FaultKind.Data, "here"), (fault.Kind, fault.Where));
        }
    }

    [Fact]
    public void A_changed_byte_is_a_fault_or_changes_nothing_that_matters()
    {
        RgbImage image = Samples.Image(1, 20, 20);
        byte[] png = [.. PictureCodec.Encode(image)];
        for (int place = 0; place < png.Length; place++)
        {
            png[place] ^= 0x40;
            if (PictureCodec.Decode(png, "here") is Result<RgbImage>.Ok ok)
            {
                Assert.Equal(image, ok.Value);
            }
            png[place] ^= 0x40;
        }
    }

    [Fact]
    public void A_picture_that_claims_too_many_pixels_is_refused()
    {
        ImmutableArray<byte> png = PictureCodec.Encode(Samples.Image(1, 20, 20));

        Assert.IsType<Result<RgbImage>.Ok>(PictureCodec.Decode(png.AsSpan(), "x", pixelLimit: 400));
        Assert.Contains(
            "20×20",
            TransitionFolders.FaultOf(PictureCodec.Decode(png.AsSpan(), "x", pixelLimit: 399)).What,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_picture_of_another_size_says_both()
    {
        ImmutableArray<byte> png = PictureCodec.Encode(Samples.Image(1, 20, 10));

        Fault? fault = PictureCodec.DecodeInto(png.AsSpan(), 10, 20, new byte[600], "x");

        Assert.Contains("20×10", fault!.What, StringComparison.Ordinal);
        Assert.Contains("10×20", fault.What, StringComparison.Ordinal);
    }

    private static ImmutableArray<byte> ReadJpeg()
    {
        using Stream stream = typeof(PictureCodecTests).Assembly.GetManifestResourceStream("picture.jpg")!;
        byte[] file = new byte[stream.Length];
        stream.ReadExactly(file);
        return [.. file];
    }
}
