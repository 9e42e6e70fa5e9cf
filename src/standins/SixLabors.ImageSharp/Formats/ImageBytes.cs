using System.Buffers;
using System.Buffers.Binary;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.Formats.Png;

namespace SixLabors.ImageSharp.Formats;

/// <summary>
/// The bytes of one image taken from a stream: a PNG from the signature to IEND and not one byte further, a JPEG to the end of the
/// stream. The buffer grows with what was read, never with what a chunk claims to hold.
/// </summary>
internal sealed class ImageBytes : IDisposable
{
    private const int Step = 64 * 1024;
    private const int ChunkOverhead = 12;

    private byte[] buffer = ArrayPool<byte>.Shared.Rent(Step);
    private int length;

    private ImageBytes() { }

    public ReadOnlySpan<byte> Span => buffer.AsSpan(0, length);

    public static ImageBytes Read(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return Complete(ReadChunksAsync(stream, false, headerOnly: false, default));
    }

    public static Task<ImageBytes> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return ReadChunksAsync(stream, true, headerOnly: false, cancellationToken).AsTask();
    }

    public static ImageBytes ReadHeader(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return Complete(ReadChunksAsync(stream, false, headerOnly: true, default));
    }

    public static Task<ImageBytes> ReadHeaderAsync(Stream stream, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return ReadChunksAsync(stream, true, headerOnly: true, cancellationToken).AsTask();
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
        length = 0;
    }

    /// <summary>The synchronous readers never await, so their task is complete.</summary>
    private static ImageBytes Complete(ValueTask<ImageBytes> reading) => reading.GetAwaiter().GetResult();

    private static async ValueTask<ImageBytes> ReadChunksAsync(
        Stream stream,
        bool asynchronous,
        bool headerOnly,
        CancellationToken cancellationToken
    )
    {
        ImageBytes bytes = new();
        try
        {
            bool more = await bytes.AppendAsync(stream, PngSyntax.SignatureLength, asynchronous, cancellationToken).ConfigureAwait(false);
            if (more && PngSyntax.StartsWithSignature(bytes.Span))
            {
                await bytes.AppendChunksAsync(stream, asynchronous, headerOnly, cancellationToken).ConfigureAwait(false);
            }
            else if (more && JpegSyntax.StartsWithSignature(bytes.Span))
            {
                await bytes.AppendAsync(stream, int.MaxValue, asynchronous, cancellationToken).ConfigureAwait(false);
            }
            return bytes;
        }
        catch
        {
            bytes.Dispose();
            throw;
        }
    }

    private async ValueTask AppendChunksAsync(Stream stream, bool asynchronous, bool headerOnly, CancellationToken cancellationToken)
    {
        while (await AppendAsync(stream, 8, asynchronous, cancellationToken).ConfigureAwait(false))
        {
            uint claimed = BinaryPrimitives.ReadUInt32BigEndian(buffer.AsSpan(length - 8));
            uint type = BinaryPrimitives.ReadUInt32BigEndian(buffer.AsSpan(length - 4));
            if (claimed > int.MaxValue - ChunkOverhead)
            {
                return;
            }
            bool whole = await AppendAsync(stream, (int)claimed + 4, asynchronous, cancellationToken).ConfigureAwait(false);
            if (!whole || type == PngSyntax.End || headerOnly)
            {
                return;
            }
        }
    }

    /// <summary>Reads that many bytes more; false where the stream ended first.</summary>
    private async ValueTask<bool> AppendAsync(Stream stream, int count, bool asynchronous, CancellationToken cancellationToken)
    {
        while (count > 0)
        {
            EnsureRoom(Math.Min(count, Step));
            Memory<byte> room = buffer.AsMemory(length, Math.Min(count, buffer.Length - length));
            int read = asynchronous ? await stream.ReadAsync(room, cancellationToken).ConfigureAwait(false) : stream.Read(room.Span);
            if (read == 0)
            {
                return false;
            }
            length += read;
            count -= read;
        }
        return true;
    }

    private void EnsureRoom(int count)
    {
        if (buffer.Length - length >= count)
        {
            return;
        }
        if (length > Array.MaxLength - count)
        {
            throw new InvalidImageContentException("The image file is larger than 2 GiB.");
        }
        byte[] larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(Array.MaxLength, Math.Max(2L * buffer.Length, (long)length + count)));
        Span.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }
}
