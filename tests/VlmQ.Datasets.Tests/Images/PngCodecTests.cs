using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using VlmQ.Core.Episodes;
using VlmQ.Core.Imaging;
using VlmQ.Datasets.Images;
using VlmQ.Datasets.Tests.Support;

namespace VlmQ.Datasets.Tests.Images;

public sealed class PngCodecTests
{
    /// <summary>A small PNG file.</summary>
    internal static ImmutableArray<byte> Sample { get; } = PngCodec.Encode(Samples.Image(1));

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
                    ImmutableArray<byte> png = PngCodec.Encode(image);
                    byte[] pixels = new byte[image.Pixels.Length];
                    Assert.Equal(image, PngCodec.Decode(png.AsSpan(), "x").OrThrow());
                    Assert.Null(PngCodec.DecodeInto(png.AsSpan(), size.width, size.height, pixels, "x"));
                    Assert.True(image.Pixels.SequenceEqual(pixels));
                    Assert.Equal((size.width, size.height), PngCodec.SizeOf(png.AsSpan(), "x").OrThrow());
                    Assert.Equal(png, PngCodec.Encode(image));
                }
            )
        );

    [Fact]
    public void A_file_cut_anywhere_is_a_fault()
    {
        ImmutableArray<byte> png = PngCodec.Encode(Samples.Image(1, 20, 20));
        for (int length = 0; length < png.Length; length++)
        {
            Fault fault = TransitionFolders.FaultOf(PngCodec.Decode(png.AsSpan(0, length), "here"));
            Assert.Equal((FaultKind.Data, "here"), (fault.Kind, fault.Where));
        }
    }

    [Fact]
    public void A_changed_byte_is_a_fault_or_changes_nothing_that_matters()
    {
        RgbImage image = Samples.Image(1, 20, 20);
        byte[] png = [.. PngCodec.Encode(image)];
        for (int place = 0; place < png.Length; place++)
        {
            png[place] ^= 0x40;
            if (PngCodec.Decode(png, "here") is Result<RgbImage>.Ok ok)
            {
                Assert.Equal(image, ok.Value);
            }
            png[place] ^= 0x40;
        }
    }

    [Fact]
    public void A_picture_that_claims_too_many_pixels_is_refused()
    {
        ImmutableArray<byte> png = PngCodec.Encode(Samples.Image(1, 20, 20));

        Assert.IsType<Result<RgbImage>.Ok>(PngCodec.Decode(png.AsSpan(), "x", pixelLimit: 400));
        Assert.Contains(
            "20×20",
            TransitionFolders.FaultOf(PngCodec.Decode(png.AsSpan(), "x", pixelLimit: 399)).What,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_picture_of_another_size_says_both()
    {
        ImmutableArray<byte> png = PngCodec.Encode(Samples.Image(1, 20, 10));

        Fault? fault = PngCodec.DecodeInto(png.AsSpan(), 10, 20, new byte[600], "x");

        Assert.Contains("20×10", fault!.What, StringComparison.Ordinal);
        Assert.Contains("10×20", fault.What, StringComparison.Ordinal);
    }
}
