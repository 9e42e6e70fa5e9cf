using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace VlmQ.Datasets.Columns;

/// <summary>Episode ids in 16 bytes, so that many can be remembered: two ids share a key with a chance of 2⁻¹²⁸.</summary>
internal static class EpisodeKey
{
    /// <summary>The first 16 bytes of the id's SHA-256.</summary>
    public static UInt128 Of(string id)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(id), digest);
        return BinaryPrimitives.ReadUInt128LittleEndian(digest);
    }
}
