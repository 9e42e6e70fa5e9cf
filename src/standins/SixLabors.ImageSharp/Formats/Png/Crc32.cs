using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace SixLabors.ImageSharp.Formats.Png;

/// <summary>The CRC of PNG chunks (polynomial 0xEDB88320, reflected), sixteen bytes a step.</summary>
internal static class Crc32
{
    private const int Slices = 16;
    private static readonly uint[] Tables = MakeTables();

    public static uint Of(ReadOnlySpan<byte> data) => ~Update(~0u, data);

    /// <summary>The CRC of a chunk's type followed by its data.</summary>
    public static uint OfChunk(uint type, ReadOnlySpan<byte> data)
    {
        Span<byte> name = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(name, type);
        return ~Update(Update(~0u, name), data);
    }

    private static uint Update(uint crc, ReadOnlySpan<byte> data)
    {
        ReadOnlySpan<uint> t = Tables;
        while (data.Length >= Slices)
        {
            ReadOnlySpan<uint> words = MemoryMarshal.Cast<byte, uint>(data[..Slices]);
            uint a = words[0] ^ crc;
            uint b = words[1];
            uint c = words[2];
            uint d = words[3];
            crc = Four(t, 12, a) ^ Four(t, 8, b) ^ Four(t, 4, c) ^ Four(t, 0, d);
            data = data[Slices..];
        }
        foreach (byte value in data)
        {
            crc = t[(byte)(crc ^ value)] ^ (crc >> 8);
        }
        return crc;
    }

    private static uint Four(ReadOnlySpan<uint> t, int slice, uint word) =>
        t[((slice + 3) * 256) + (byte)word]
        ^ t[((slice + 2) * 256) + (byte)(word >> 8)]
        ^ t[((slice + 1) * 256) + (byte)(word >> 16)]
        ^ t[(slice * 256) + (byte)(word >> 24)];

    private static uint[] MakeTables()
    {
        uint[] tables = new uint[Slices * 256];
        for (uint i = 0; i < 256; i++)
        {
            uint crc = i;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? 0xEDB88320 ^ (crc >> 1) : crc >> 1;
            }
            tables[i] = crc;
        }
        for (int i = 256; i < tables.Length; i++)
        {
            uint previous = tables[i - 256];
            tables[i] = tables[(byte)previous] ^ (previous >> 8);
        }
        return tables;
    }
}
