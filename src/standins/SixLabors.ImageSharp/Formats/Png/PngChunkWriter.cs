using System.Buffers.Binary;

namespace SixLabors.ImageSharp.Formats.Png;

/// <summary>Writes chunks with their length and checksum.</summary>
internal sealed class PngChunkWriter(Stream stream)
{
    public void WriteSignature() => stream.Write(PngSyntax.Signature);

    public void Write(uint type, ReadOnlySpan<byte> data)
    {
        Span<byte> frame = stackalloc byte[8];
        BinaryPrimitives.WriteInt32BigEndian(frame, data.Length);
        BinaryPrimitives.WriteUInt32BigEndian(frame[4..], type);
        stream.Write(frame);
        stream.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(frame, Crc32.OfChunk(type, data));
        stream.Write(frame[..4]);
    }
}
