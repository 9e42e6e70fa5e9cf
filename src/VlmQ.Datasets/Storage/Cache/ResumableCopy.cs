using System.Buffers;
using System.Security.Cryptography;

namespace VlmQ.Datasets.Storage.Cache;

/// <summary>Copies a part into a file that an earlier copy may have begun, and says the digest of the whole.</summary>
internal static class ResumableCopy
{
    private const int BlockBytes = 4 << 20;

    /// <summary>Goes on after the bytes that the file has, to the end of the source, and synchronizes the file.</summary>
    /// <param name="source">The part; read from where the file ends.</param>
    /// <param name="target">The file, open to read and to write.</param>
    /// <param name="cancellationToken">Stops it; what was copied stays for the next copy.</param>
    /// <returns>The SHA-256 of all bytes.</returns>
    public static async Task<string> RunAsync(Stream source, FileStream target, CancellationToken cancellationToken)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] block = ArrayPool<byte>.Shared.Rent(BlockBytes);
        try
        {
            if (target.Length > source.Length)
            {
                target.SetLength(0);
            }
            target.Position = 0;
            int read;
            while ((read = await target.ReadAsync(block.AsMemory(0, BlockBytes), cancellationToken).ConfigureAwait(false)) > 0)
            {
                hash.AppendData(block, 0, read);
            }
            source.Position = target.Length;
            while ((read = await source.ReadAsync(block.AsMemory(0, BlockBytes), cancellationToken).ConfigureAwait(false)) > 0)
            {
                hash.AppendData(block, 0, read);
                await target.WriteAsync(block.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }
        target.Flush(flushToDisk: true);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
