using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing;
using VlmQ.Benchmarks.Harness;
using VlmQ.Core.Imaging;

namespace VlmQ.Benchmarks.Png;

/// <summary>The slices that are measured, by name, over the same 300 × 300 graphics: two with text, one of coloured cells.</summary>
internal sealed class PngWork : IDisposable
{
    public const string EncodeDefault = "encode default";
    public const string EncodeFastest = "encode fastest";
    public const string Decode = "decode";
    public const string Shrink = "bicubic 300 to 64";
    public const string Enlarge = "bicubic 300 to 378";
    public const string SizeDefault = "size default";
    public const string SizeFastest = "size fastest";

    /// <summary>Pictures a CPU second.</summary>
    public static readonly string[] Rates = [EncodeDefault, EncodeFastest, Decode, Shrink, Enlarge];

    /// <summary>Bytes a picture; less is better.</summary>
    public static readonly string[] Sizes = [SizeDefault, SizeFastest];

    private static readonly PngEncoder Default = new() { SkipMetadata = true };
    private static readonly PngEncoder Fastest = new()
    {
        SkipMetadata = true,
        FilterMethod = PngFilterMethod.None,
        CompressionLevel = PngCompressionLevel.BestSpeed,
    };

    private readonly double _seconds;
    private readonly RgbImage[] _pictures = [NumberLine(4, 3), NumberLine(0, 5), Cells()];
    private readonly Image<Rgb24>[] _images;
    private readonly MemoryStream _output = new();

    /// <param name="folder">Gets each picture as a PNG file, for the peer to read.</param>
    /// <param name="seconds">Wall time of a slice, at least.</param>
    public PngWork(string folder, double seconds)
    {
        _seconds = seconds;
        _images = Array.ConvertAll(_pictures, picture => Image.LoadPixelData<Rgb24>(picture.Pixels, picture.Width, picture.Height));
        for (int i = 0; i < _images.Length; i++)
        {
            _images[i].SaveAsPng(Path.Combine(folder, $"{i}.png"), Default);
        }
    }

    /// <summary>What makes and reads PNG here.</summary>
    public static string Name => $"{typeof(Image).Assembly.GetName().Name} {typeof(Image).Assembly.GetName().Version}";

    /// <summary>The pictures.</summary>
    public IReadOnlyList<RgbImage> Pictures => _pictures;

    /// <summary>Does a slice: pictures per CPU second of this process, or bytes a picture.</summary>
    public double Measure(string slice) =>
        slice switch
        {
            EncodeDefault => Rate(() => Each(image => Encode(image, Default))),
            EncodeFastest => Rate(() => Each(image => Encode(image, Fastest))),
            Decode => MeasureDecoding(),
            Shrink => Rate(() => Each(image => image.Clone(context => context.Resize(64, 64)).Dispose())),
            Enlarge => Rate(() => Each(image => image.Clone(context => context.Resize(378, 378)).Dispose())),
            SizeDefault => _images.Average(image => Encode(image, Default)),
            SizeFastest => _images.Average(image => Encode(image, Fastest)),
            _ => throw new ArgumentException($"there is no slice '{slice}'", nameof(slice)),
        };

    /// <summary>The resampler of the core, which equals Pillow's in every byte.</summary>
    public double MeasurePillowExact(int side) =>
        Rate(() =>
        {
            foreach (RgbImage picture in _pictures)
            {
                PillowResampler.Bicubic(picture, side, side);
            }
        });

    public void Dispose()
    {
        foreach (Image<Rgb24> image in _images)
        {
            image.Dispose();
        }
        _output.Dispose();
    }

    private static RgbImage NumberLine(int target, int current) =>
        new Canvas(300, 300, RgbColor.White)
            .DrawText($"Target: {target}", 30, 60, 36, RgbColor.Black, TextWeight.Bold)
            .DrawText($"Current: {current}", 30, 180, 36, RgbColor.Black, TextWeight.Bold)
            .ToImage();

    private static RgbImage Cells()
    {
        var canvas = new Canvas(300, 300, new RgbColor(100, 100, 100));
        for (int cell = 0; cell < 49; cell++)
        {
            (int x, int y) = (10 + (cell % 7 * 40), 10 + (cell / 7 * 40));
            canvas.FillRectangle(x, y, 39, 39, RgbColor.Black);
            if (cell % 5 == 0)
            {
                canvas.FillRectangle(
                    x + 8,
                    y + 8,
                    23,
                    23,
                    new RgbColor((byte)(cell * 5), (byte)(255 - (cell * 5)), (byte)(cell % 3 * 120))
                );
            }
        }
        return canvas.ToImage();
    }

    private double MeasureDecoding()
    {
        byte[][] files = Array.ConvertAll(
            _images,
            image =>
            {
                Encode(image, Default);
                return _output.ToArray();
            }
        );
        return Rate(() =>
        {
            foreach (byte[] file in files)
            {
                Image.Load<Rgb24>(file).Dispose();
            }
        });
    }

    private double Rate(Action work) => Alternation.PerCpuSecond(_pictures.Length, _seconds, work);

    private void Each(Action<Image<Rgb24>> work)
    {
        foreach (Image<Rgb24> image in _images)
        {
            work(image);
        }
    }

    private long Encode(Image<Rgb24> image, PngEncoder encoder)
    {
        _output.SetLength(0);
        image.SaveAsPng(_output, encoder);
        return _output.Length;
    }
}
