using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Tests.Jpeg;

namespace SixLabors.ImageSharp.Tests;

public sealed class JpegDecodeTests
{
    [Theory]
    [InlineData("444")]
    [InlineData("progressive-444")]
    [InlineData("rgb-adobe")]
    [InlineData("scans")]
    public void Pixels_are_close_to_those_that_Pillow_decodes(string name)
    {
        (double mean, _) = JpegSamples.DifferenceFromPillow(name);
        Assert.InRange(mean, 0, 3);
    }

    [Fact]
    public void The_header_alone_is_identified()
    {
        byte[] file = JpegSamples.Read("progressive-420");
        ImageInfo info = Image.Identify(file.AsSpan(0, 400));
        Assert.Equal((61, 47, 24), (info.Width, info.Height, info.PixelType.BitsPerPixel));
        Assert.Same(JpegFormat.Instance, info.Metadata.DecodedImageFormat);
        Assert.Equal(8, Image.Identify(JpegSamples.Read("grey")).PixelType.BitsPerPixel);
        using MemoryStream stream = new(file);
        Assert.Equal(61, Image.Identify(stream).Width);
    }

    [Fact]
    public void The_format_is_told_by_the_first_bytes()
    {
        byte[] file = JpegSamples.Read("444");
        IImageFormat format = Image.DetectFormat(file);
        Assert.Equal(("JPEG", "image/jpeg"), (format.Name, format.DefaultMimeType));
        Assert.Contains("jpg", format.FileExtensions);
        Assert.Throws<UnknownImageFormatException>(() => Image.DetectFormat("GIF89a, for one"u8));
        Assert.Throws<UnknownImageFormatException>(() => Image.Load("GIF89a, for one"u8));
    }

    [Fact]
    public async Task A_stream_a_path_and_bytes_give_the_same_image()
    {
        byte[] file = JpegSamples.Read("420");
        using Image<Rgb24> fromBytes = Image.Load<Rgb24>(file);
        byte[] expected = JpegSamples.PixelsOf(fromBytes);
        using MemoryStream stream = new(file);
        using Image<Rgb24> fromStream = JpegDecoder.Instance.Decode<Rgb24>(new DecoderOptions(), stream);
        Assert.Equal(expected, JpegSamples.PixelsOf(fromStream));
        stream.Position = 0;
        using Image<Rgb24> awaited = await Image.LoadAsync<Rgb24>(stream, TestContext.Current.CancellationToken);
        Assert.Equal(expected, JpegSamples.PixelsOf(awaited));
        string path = Path.GetTempFileName();
        await File.WriteAllBytesAsync(path, file, TestContext.Current.CancellationToken);
        using Image<Rgb24> fromPath = Image.Load<Rgb24>(path);
        File.Delete(path);
        Assert.Equal(expected, JpegSamples.PixelsOf(fromPath));
    }

    [Fact]
    public void Every_pixel_format_is_filled()
    {
        byte[] file = JpegSamples.Read("444");
        using Image<Rgb24> rgb = Image.Load<Rgb24>(file);
        using Image<Rgba32> rgba = Image.Load<Rgba32>(file);
        using Image<L8> grey = Image.Load<L8>(file);
        using Image<L8> expected = rgb.CloneAs<L8>();
        Assert.Equal(new Rgba32(rgb[30, 20].R, rgb[30, 20].G, rgb[30, 20].B, 255), rgba[30, 20]);
        Assert.Equal(expected[30, 20], grey[30, 20]);
        using Image any = Image.Load(file);
        Assert.IsType<Image<Rgb24>>(any);
    }

    [Fact]
    public void A_target_size_is_kept_to()
    {
        using Image<Rgb24> image = Image.Load<Rgb24>(new DecoderOptions { TargetSize = new Size(30, 30) }, JpegSamples.Read("444"));
        Assert.Equal(new Size(30, 23), image.Size);
    }
}
