using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace VlmQ.Datasets.Storage;

/// <summary>SHA-256 digests as 64 lower-case hexadecimal digits.</summary>
public static class Digest
{
    private const int BufferBytes = 1 << 18;

    /// <summary>The digest of bytes.</summary>
    public static string Of(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>The digest of a text's UTF-8 bytes.</summary>
    public static string Of(string text) => Of(Encoding.UTF8.GetBytes(text));

    /// <summary>
    /// The digest of named values, whatever their order; names and values are length-prefixed, so none can pass for another.
    /// </summary>
    public static string OfValues(IEnumerable<KeyValuePair<string, string>> values)
    {
        StringBuilder text = new();
        foreach ((string name, string value) in values.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            text.Append(name.Length).Append(':').Append(name).Append(value.Length).Append(':').Append(value);
        }
        return Of(text.ToString());
    }

    /// <summary>The digest of a stream from its present position to its end.</summary>
    public static string Of(Stream stream, CancellationToken cancellation = default)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            int read;
            while ((read = stream.Read(buffer)) > 0)
            {
                cancellation.ThrowIfCancellationRequested();
                hash.AppendData(buffer, 0, read);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>True for 64 lower-case hexadecimal digits.</summary>
    public static bool IsWellFormed(string text)
    {
        if (text.Length != 64)
        {
            return false;
        }
        foreach (char letter in text)
        {
            if (!char.IsAsciiHexDigitLower(letter))
            {
                return false;
            }
        }
        return true;
    }
}
