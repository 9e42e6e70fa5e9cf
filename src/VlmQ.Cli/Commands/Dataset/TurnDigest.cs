using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using VlmQ.Core.Tokens;

namespace VlmQ.Cli.Commands.Dataset;

/// <summary>
/// A digest of turns that does not depend on their order: the sum, modulo 2¹²⁸, of the SHA-256 of each turn's tokens, rewards and picture
/// (its first 16 bytes). So the digests of trainers that share a stream add up to the digest of one that reads it alone; a turn that one of
/// them left out, altered or repeated shows.
/// </summary>
internal sealed class TurnDigest
{
    private UInt128 _sum;

    /// <summary>Turns that were added.</summary>
    public long Turns { get; private set; }

    /// <summary>Adds a batch's turns; not the rows that are there for their value alone.</summary>
    public void Add(TurnBatch batch)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        for (int row = 0; row < batch.Rows; row++)
        {
            if (batch.ReplyLengths[row] > 0)
            {
                HashOf(batch, row, hash);
                _sum = unchecked(_sum + BinaryPrimitives.ReadUInt128BigEndian(hash));
                Turns++;
            }
        }
    }

    /// <inheritdoc/>
    public override string ToString() => _sum.ToString("x32", CultureInfo.InvariantCulture);

    private static void HashOf(TurnBatch batch, int row, Span<byte> hash)
    {
        using IncrementalHash sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        int picture = batch.ImageWidth * batch.ImageHeight * 3;
        sha.AppendData(MemoryMarshal.AsBytes(batch.PromptIds.AsSpan(row * batch.PromptWidth, batch.PromptLengths[row])));
        sha.AppendData([0xFF]);
        sha.AppendData(MemoryMarshal.AsBytes(batch.ReplyIds.AsSpan(row * batch.ReplyWidth, batch.ReplyLengths[row])));
        sha.AppendData(MemoryMarshal.AsBytes(batch.Rewards.AsSpan(row * batch.ReplyWidth, batch.ReplyLengths[row])));
        sha.AppendData(MemoryMarshal.AsBytes(batch.ReturnToGo.AsSpan(row, 1)));
        sha.AppendData(batch.Images.AsSpan(row * picture, picture));
        sha.GetHashAndReset(hash);
    }
}
