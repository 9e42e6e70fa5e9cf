using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.ML.Tokenizers.Bpe;

namespace Microsoft.ML.Tokenizers;

/// <content>From ids to text. Ids that do not exist stand for nothing.</content>
public sealed partial class BpeTokenizer
{
    /// <summary>The text of the ids, special tokens included; bytes that are not UTF-8 become U+FFFD.</summary>
    public override string Decode(IEnumerable<int> ids) => Decode(ids, considerSpecialTokens: true);

    /// <summary>The text of the ids, with special tokens or without.</summary>
    public string Decode(IEnumerable<int> ids, bool considerSpecialTokens)
    {
        ArgumentNullException.ThrowIfNull(ids);
        return ids switch
        {
            int[] array => Decode(array.AsSpan(), considerSpecialTokens),
            List<int> list => Decode(CollectionsMarshal.AsSpan(list), considerSpecialTokens),
            _ => Decode(ids.ToArray().AsSpan(), considerSpecialTokens),
        };
    }

    public override OperationStatus Decode(IEnumerable<int> ids, Span<char> destination, out int idsConsumed, out int charsWritten)
    {
        ArgumentNullException.ThrowIfNull(ids);
        idsConsumed = charsWritten = 0;
        List<byte> pending = [];
        int pendingIds = 0;
        foreach (int id in ids)
        {
            pending.AddRange(tokenBytes.Of(id));
            pendingIds++;
            if (
                Rune.DecodeLastFromUtf8(CollectionsMarshal.AsSpan(pending), out _, out _) == OperationStatus.NeedMoreData
                && pending.Count > 0
            )
            {
                continue;
            }
            if (!TryWrite(pending, destination, ref charsWritten))
            {
                return OperationStatus.DestinationTooSmall;
            }
            idsConsumed += pendingIds;
            pendingIds = 0;
        }
        if (!TryWrite(pending, destination, ref charsWritten))
        {
            return OperationStatus.DestinationTooSmall;
        }
        idsConsumed += pendingIds;
        return OperationStatus.Done;
    }

    private static bool TryWrite(List<byte> bytes, Span<char> destination, ref int charsWritten)
    {
        if (!Encoding.UTF8.TryGetChars(CollectionsMarshal.AsSpan(bytes), destination[charsWritten..], out int written))
        {
            return false;
        }
        charsWritten += written;
        bytes.Clear();
        return true;
    }

    private string Decode(ReadOnlySpan<int> ids, bool considerSpecialTokens)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(Math.Max(64, 8 * ids.Length));
        int length = 0;
        TokenBytes table = tokenBytes;
        foreach (int id in ids)
        {
            if (!considerSpecialTokens && specialIds.Contains(id))
            {
                continue;
            }
            ReadOnlySpan<byte> bytes = table.Of(id);
            if (bytes.Length > buffer.Length - length)
            {
                byte[] larger = ArrayPool<byte>.Shared.Rent((2 * buffer.Length) + bytes.Length);
                buffer.AsSpan(0, length).CopyTo(larger);
                ArrayPool<byte>.Shared.Return(buffer);
                buffer = larger;
            }
            bytes.CopyTo(buffer.AsSpan(length));
            length += bytes.Length;
        }
        string text = Encoding.UTF8.GetString(buffer, 0, length);
        ArrayPool<byte>.Shared.Return(buffer);
        return text;
    }
}
