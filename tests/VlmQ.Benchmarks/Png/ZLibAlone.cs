using System.IO.Compression;
using VlmQ.Benchmarks.Harness;
using VlmQ.Core.Imaging;

namespace VlmQ.Benchmarks.Png;

/// <summary>What no PNG encoder or decoder can do without: compressing the bytes of the pixels, and expanding them.</summary>
internal sealed class ZLibAlone(PngWork work, double seconds) : IDisposable
{
    public const string Name = "zlib alone";

    private readonly MemoryStream _output = new();

    /// <summary>Pictures per CPU second, or bytes a picture; null for a slice that has nothing to do with compression.</summary>
    public double? Measure(string slice) =>
        slice switch
        {
            PngWork.EncodeDefault => Rate(i => Compress(work.Pictures[i], 6)),
            PngWork.EncodeFastest => Rate(i => Compress(work.Pictures[i], 1)),
            PngWork.Decode => MeasureExpanding(),
            PngWork.SizeDefault => work.Pictures.Average(picture => Compress(picture, 6)),
            PngWork.SizeFastest => work.Pictures.Average(picture => Compress(picture, 1)),
            _ => null,
        };

    public void Dispose() => _output.Dispose();

    private double MeasureExpanding()
    {
        byte[][] files = [.. work.Pictures.Select(picture => Compress(picture, 6) > 0 ? _output.ToArray() : [])];
        byte[] pixels = new byte[work.Pictures.Max(picture => picture.Pixels.Length)];
        return Rate(i =>
        {
            using ZLibStream expanding = new(new MemoryStream(files[i]), CompressionMode.Decompress);
            expanding.ReadExactly(pixels, 0, work.Pictures[i].Pixels.Length);
        });
    }

    private long Compress(RgbImage picture, int level)
    {
        _output.SetLength(0);
        using (ZLibStream compressing = new(_output, new ZLibCompressionOptions { CompressionLevel = level }, leaveOpen: true))
        {
            compressing.Write(picture.Pixels);
        }
        return _output.Length;
    }

    private double Rate(Action<int> slice) =>
        Alternation.PerCpuSecond(
            work.Pictures.Count,
            seconds,
            () =>
            {
                for (int i = 0; i < work.Pictures.Count; i++)
                {
                    slice(i);
                }
            }
        );
}
