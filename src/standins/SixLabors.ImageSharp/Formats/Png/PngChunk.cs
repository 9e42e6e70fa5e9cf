using System.Buffers.Binary;

namespace SixLabors.ImageSharp.Formats.Png;

/// <summary>One chunk as it lies in the file.</summary>
internal readonly ref struct PngChunk
{
    private const int Overhead = 12;

    private PngChunk(uint type, ReadOnlySpan<byte> data, uint checksum)
    {
        Type = type;
        Data = data;
        Checksum = checksum;
    }

    public uint Type { get; }

    public ReadOnlySpan<byte> Data { get; }

    public uint Checksum { get; }

    /// <summary>All bytes of the chunk: length, type, data and checksum.</summary>
    public int Length => Data.Length + Overhead;

    /// <exception cref="InvalidImageContentException">The file ends first.</exception>
    public static PngChunk At(ReadOnlySpan<byte> png, int position)
    {
        ReadOnlySpan<byte> rest = png[position..];
        if (rest.Length < Overhead)
        {
            throw new InvalidImageContentException($"The PNG ends at byte {png.Length}, before its IEND chunk.");
        }
        uint length = BinaryPrimitives.ReadUInt32BigEndian(rest);
        uint type = BinaryPrimitives.ReadUInt32BigEndian(rest[4..]);
        if (length > rest.Length - Overhead)
        {
            throw new InvalidImageContentException(
                $"The PNG ends at byte {png.Length}, inside the {PngSyntax.NameOf(type)} chunk of {length} bytes at byte {position}."
            );
        }
        return new PngChunk(type, rest.Slice(8, (int)length), BinaryPrimitives.ReadUInt32BigEndian(rest[(8 + (int)length)..]));
    }
}
