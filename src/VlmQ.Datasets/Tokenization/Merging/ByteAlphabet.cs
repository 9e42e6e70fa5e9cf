using System.Buffers;
using System.Text;

namespace VlmQ.Datasets.Tokenization.Merging;

/// <summary>
/// The printable characters that stand for bytes in byte-level vocabularies (GPT-2's <c>bytes_to_unicode</c>): printable Latin-1 for itself,
/// the other 68 bytes in order from U+0100 on.
/// </summary>
internal static class ByteAlphabet
{
    private const int End = 256 + 68;

    private static readonly char[] Characters = Make();
    private static readonly short[] Bytes = Invert();

    /// <summary>The character of a byte.</summary>
    public static char Character(byte value) => Characters[value];

    /// <summary>A text's UTF-8, written in the alphabet.</summary>
    public static string Spell(ReadOnlySpan<char> text)
    {
        byte[] bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        int length = Encoding.UTF8.GetBytes(text, bytes);
        string spelled = string.Create(
            length,
            bytes,
            static (characters, bytes) =>
            {
                for (int i = 0; i < characters.Length; i++)
                {
                    characters[i] = Characters[bytes[i]];
                }
            }
        );
        ArrayPool<byte>.Shared.Return(bytes);
        return spelled;
    }

    /// <summary>The bytes that a token stands for: a character outside the alphabet makes it stand for its own UTF-8.</summary>
    public static byte[] BytesOf(string token)
    {
        byte[] bytes = new byte[token.Length];
        for (int i = 0; i < token.Length; i++)
        {
            if (token[i] >= End || Bytes[token[i]] < 0)
            {
                return Encoding.UTF8.GetBytes(token);
            }
            bytes[i] = (byte)Bytes[token[i]];
        }
        return bytes;
    }

    private static char[] Make()
    {
        char[] characters = new char[256];
        int next = 256;
        for (int value = 0; value < 256; value++)
        {
            bool printable = value is (>= 33 and <= 126) or (>= 161 and <= 172) or >= 174;
            characters[value] = printable ? (char)value : (char)next++;
        }
        return characters;
    }

    private static short[] Invert()
    {
        short[] bytes = new short[End];
        Array.Fill(bytes, (short)-1);
        for (int value = 0; value < 256; value++)
        {
            bytes[Characters[value]] = (short)value;
        }
        return bytes;
    }
}
