using System.Text;
using VlmQ.Datasets.Tokenization.Merging;

namespace VlmQ.Datasets.Tests.Support;

/// <summary>Small sentencepiece models, written field by field.</summary>
internal static class SentencePieceFiles
{
    /// <summary>Three pieces that steer, the bytes, a few letters and what they merge into.</summary>
    public static byte[] Whole() =>
        [
            .. Piece("<unk>", 0, 2),
            .. Piece("<s>", 0, 3),
            .. Piece("</s>", 0, 3),
            .. Enumerable.Range(0, 256).SelectMany(value => Piece(BytePairModel.ByteToken(value), 0, 6)),
            .. Piece("\u2581h", -1, 1),
            .. Piece("ll", -2, 1),
            .. Piece("\u2581he", -3, 1),
            .. Piece("\u2581", -4, 1),
            .. Piece("h", -5, 1),
            .. Piece("e", -6, 1),
            .. Piece("l", -7, 1),
            .. Piece("[x]", 0, 4),
            .. Trainer(),
            .. Message(3, [.. Number(3, 1), .. Number(4, 0)]),
        ];

    /// <summary>A byte-pair model with byte fallback.</summary>
    public static byte[] Trainer(int kind = 2) => Message(2, [.. Number(3, kind), .. Number(35, 1)]);

    public static byte[] Piece(string text, float score, int kind) =>
        Message(1, [.. Message(1, Encoding.UTF8.GetBytes(text)), 0x15, .. BitConverter.GetBytes(score), .. Number(3, kind)]);

    public static byte[] Message(int field, byte[] bytes) => [.. Varint((field << 3) | 2), .. Varint(bytes.Length), .. bytes];

    public static byte[] Number(int field, int value) => [.. Varint(field << 3), .. Varint(value)];

    private static byte[] Varint(int value) => value < 0x80 ? [(byte)value] : [(byte)(value | 0x80), .. Varint(value >> 7)];
}
