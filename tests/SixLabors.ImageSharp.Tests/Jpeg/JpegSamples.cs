using SixLabors.ImageSharp.PixelFormats;

namespace SixLabors.ImageSharp.Tests.Jpeg;

/// <summary>The files in <c>Samples</c>: JPEG, and the pixels that Pillow decodes from each, as PNG.</summary>
internal static class JpegSamples
{
    /// <summary>Every kind of file that can be read.</summary>
    public static IEnumerable<string> Names { get; } =
    [
        "444",
        "422",
        "420",
        "440",
        "411",
        "410",
        "mixed",
        "420-wide-tables",
        "420-narrow",
        "restarts",
        "restarts-420",
        "scans",
        "progressive-444",
        "progressive-420",
        "grey",
        "grey-progressive",
        "rgb-ids",
        "rgb-adobe",
        "cmyk",
        "cmyk-progressive",
        "ycck",
        "comment",
    ];

    public static byte[] Read(string name) => Resource(name + ".jpg");

    public static Image<Rgb24> Expected(string name) => Image.Load<Rgb24>(Resource(name + ".png"));

    public static byte[] PixelsOf(Image<Rgb24> image)
    {
        byte[] pixels = new byte[image.Width * image.Height * 3];
        image.CopyPixelDataTo(pixels);
        return pixels;
    }

    /// <summary>The mean and the largest absolute difference of a sample's bytes from what Pillow decodes.</summary>
    public static (double Mean, int Largest) DifferenceFromPillow(string name)
    {
        using Image<Rgb24> image = Image.Load<Rgb24>(Read(name));
        using Image<Rgb24> expected = Expected(name);
        Assert.Equal(expected.Size, image.Size);
        byte[] pixels = PixelsOf(image);
        byte[] wanted = PixelsOf(expected);
        int[] differences = [.. pixels.Zip(wanted, (actual, right) => Math.Abs(actual - right))];
        return (differences.Average(), differences.Max());
    }

    private static byte[] Resource(string name)
    {
        using Stream stream =
            typeof(JpegSamples).Assembly.GetManifestResourceStream(name) ?? throw new FileNotFoundException("No such sample.", name);
        using MemoryStream bytes = new();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}
