using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using VlmQ.Core.Episodes;
using VlmQ.Core.Imaging;
using VlmQ.Datasets.Images;

namespace VlmQ.Datasets.Conversion;

/// <summary>Gives pictures the size that a model takes: PNG or JPEG in, bicubic as Pillow does it, PNG out. Safe from several threads.</summary>
/// <param name="side">Side of the square in pixels; null leaves the bytes untouched.</param>
/// <param name="pixelLimit">Pixels beyond which a picture is refused.</param>
internal sealed class PictureFitter(int? side, long pixelLimit)
{
    // Decoded pictures are large and gone at once; without reuse the collector lets hundreds of megabytes of them pile up.
    private readonly ConcurrentBag<byte[]> _buffers = [];
    private readonly BicubicFitter? _fitter = side is { } pixels ? new BicubicFitter(pixels, pixels) : null;

    /// <summary>
    /// The picture in its new size; one that has it already keeps its bytes. What does not decode is a fault in any case.
    /// </summary>
    public Result<ImmutableArray<byte>> Fit(ImmutableArray<byte> file, string where) =>
        PictureCodec.SizeOf(file.AsSpan(), where, pixelLimit).Bind(size => Fit(file, size.Width, size.Height, where));

    private Result<ImmutableArray<byte>> Fit(ImmutableArray<byte> file, int width, int height, string where)
    {
        byte[] buffer = Take(checked(width * height * 3));
        if (PictureCodec.DecodeInto(file.AsSpan(), width, height, buffer, where) is { } fault)
        {
            return fault;
        }
        if (_fitter is not null && (width, height) != (side, side))
        {
            // The picture lives no longer than the buffer is ours, so nobody sees it change.
            RgbImage decoded = new(width, height, ImmutableCollectionsMarshal.AsImmutableArray(buffer));
            file = PictureCodec.Encode(PillowResampler.Resize(decoded, _fitter.PlanOf(width, height)));
        }
        _buffers.Add(buffer);
        return file;
    }

    // Pictures of a dataset mostly have one size; a buffer of another is left to the collector.
    private byte[] Take(int length) => _buffers.TryTake(out byte[]? buffer) && buffer.Length == length ? buffer : new byte[length];
}
