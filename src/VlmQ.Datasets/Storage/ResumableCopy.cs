using System.Buffers;
using System.Security.Cryptography;
using VlmQ.Core.Episodes;

namespace VlmQ.Datasets.Storage;

/// <summary>Copies a part into a file that an earlier copy may have begun, and holds the whole against its digest.</summary>
internal static class ResumableCopy
{
    private const int BlockBytes = 4 << 20;

    /// <summary>Goes on after the bytes that the file has, to the end of the source.</summary>
    /// <param name="source">The part; read from where the file ends.</param>
    /// <param name="target">The file, open to read and to write.</param>
    /// <param name="sha256">The digest that the whole must have.</param>
    /// <param name="where">The part, for messages.</param>
    /// <param name="cancellationToken">Stops it; what was copied stays for the next copy.</param>
    /// <exception cref="FaultException">The part has another digest; the file is left empty.</exception>
    public static async Task RunAsync(Stream source, Stream target, string sha256, string where, CancellationToken cancellationToken)
    {
        bool begun = target.Length > 0;
        string digest = await CopyAsync(source, target, cancellationToken).ConfigureAwait(false);
        if (digest != sha256 && begun)
        {
            // What an earlier process left may have lost its end with the power.
            target.SetLength(0);
            digest = await CopyAsync(source, target, cancellationToken).ConfigureAwait(false);
        }
        if (digest != sha256)
        {
            target.SetLength(0);
            throw new FaultException(
                Fault.Data(
                    $"the part is damaged: its SHA-256 is {digest}, the manifest says {sha256}",
                    where,
                    "push the dataset again from where it is whole"
                )
            );
        }
    }

    private static async Task<string> CopyAsync(Stream source, Stream target, CancellationToken cancellationToken)
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
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
