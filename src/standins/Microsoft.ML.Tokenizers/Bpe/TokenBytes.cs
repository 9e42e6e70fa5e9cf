using System.Text;

namespace Microsoft.ML.Tokenizers.Bpe;

/// <summary>The bytes that each id decodes to, all in one array.</summary>
internal sealed class TokenBytes
{
    private const int LargestVocabulary = 1 << 24;

    private readonly byte[] bytes;
    private readonly int[] starts;

    public TokenBytes(IReadOnlyDictionary<string, int> vocabulary, IReadOnlyDictionary<string, int> specialTokens)
    {
        Dictionary<int, byte[]> decoded = [];
        foreach ((string token, int id) in vocabulary)
        {
            decoded[id] = ToBytes(token);
        }
        foreach ((string token, int id) in specialTokens)
        {
            decoded[id] = Encoding.UTF8.GetBytes(token);
        }
        int size = decoded.Count == 0 ? 0 : (int)Math.Min(decoded.Keys.Max() + 1L, int.MaxValue);
        if (size > LargestVocabulary)
        {
            throw new InvalidOperationException($"The vocabulary has id {size - 1}; ids go up to {LargestVocabulary - 1}.");
        }
        starts = new int[size + 1];
        using MemoryStream all = new();
        for (int id = 0; id < size; id++)
        {
            starts[id] = (int)all.Length;
            all.Write(decoded.GetValueOrDefault(id) ?? []);
        }
        starts[size] = (int)all.Length;
        bytes = all.ToArray();
    }

    /// <summary>The bytes of an id; none where there is no such id.</summary>
    public ReadOnlySpan<byte> Of(int id)
    {
        int[] from = starts;
        if ((uint)id >= (uint)(from.Length - 1))
        {
            return default;
        }
        return bytes.AsSpan(from[id], from[id + 1] - from[id]);
    }

    /// <summary>A token with a character outside the alphabet stands for its own UTF-8.</summary>
    private static byte[] ToBytes(string token)
    {
        byte[] bytes = new byte[token.Length];
        for (int i = 0; i < token.Length; i++)
        {
            if (!ByteAlphabet.TryGetByte(token[i], out bytes[i]))
            {
                return Encoding.UTF8.GetBytes(token);
            }
        }
        return bytes;
    }
}
