using System.Buffers.Binary;
using System.Security.Cryptography;

namespace VlmQ.Models.Vision;

/// <summary>What a picture is recognised by.</summary>
public static class ImageDigest
{
    /// <summary>SHA-256 over size and pixels, in hexadecimal.</summary>
    /// <param name="pixels">8-bit RGB, <c>[height, width, 3]</c>.</param>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    public static string Of(ReadOnlySpan<byte> pixels, int width, int height)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> sizes = stackalloc byte[8];
        BinaryPrimitives.WriteInt32LittleEndian(sizes, width);
        BinaryPrimitives.WriteInt32LittleEndian(sizes[4..], height);
        hash.AppendData(sizes);
        hash.AppendData(pixels);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
