using SixLabors.ImageSharp.PixelFormats;

namespace SixLabors.ImageSharp.Tests;

/// <summary>Where the real package may read on in silence, the stand-in names the fault.</summary>
public sealed class StandInStrictnessTests
{
    [Theory]
    [InlineData(0, 1, false)]
    [InlineData(2, 8, false)]
    [InlineData(2, 8, true)]
    [InlineData(3, 4, false)]
    [InlineData(6, 16, true)]
    public void Pixel_data_that_end_early_are_refused(int colorType, int depth, bool interlaced)
    {
        ReferencePng reference = new(23, 19, colorType, depth, interlaced, seed: 1);
        byte[] whole = reference.ToBytes();
        byte[] taller = PngDecodeTests.WithHeader(whole, 23, 20, (byte)depth);
        InvalidImageContentException fault = Assert.Throws<InvalidImageContentException>(() => Image.Load<Rgb24>(taller));
        Assert.Contains("end early", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_truncation_is_refused()
    {
        byte[] file = new ReferencePng(12, 10, 2, 8, false, seed: 4).ToBytes();
        for (int length = 0; length < file.Length; length++)
        {
            Assert.ThrowsAny<ImageFormatException>(() => Image.Load<Rgb24>(file.AsSpan(0, length)));
            using MemoryStream stream = new(file, 0, length);
            Assert.ThrowsAny<ImageFormatException>(() => Image.Load<Rgb24>(stream));
        }
    }

    [Fact]
    public void A_palette_index_past_the_palette_is_refused()
    {
        using MemoryStream file = new();
        file.Write(new ReferencePng(2, 1, 3, 8, false, 1).ToBytes().AsSpan(0, 33));
        ReferencePng.WriteChunk(file, "PLTE", [1, 2, 3]);
        ReferencePng.WriteChunk(file, "IDAT", ReferencePng.Compress([0, 0, 1]));
        ReferencePng.WriteChunk(file, "IEND", []);
        Assert.Throws<InvalidImageContentException>(() => Image.Load<Rgb24>(file.ToArray()));
    }
}
