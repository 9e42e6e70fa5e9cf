using System.Collections.Immutable;
using System.Text;
using System.Text.Unicode;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Tokenization.Files;
using VlmQ.Datasets.Tokenization.Merging;

namespace VlmQ.Datasets.Tokenization.SentencePieces;

/// <summary>
/// Reads a sentencepiece <c>.model</c>, a protocol buffer (<c>sentencepiece_model.proto</c>). A field that stands twice counts as its last; a
/// message that stands twice is merged. What would change ids and is not supported is refused by name.
/// </summary>
internal static class SentencePieceFile
{
    // sentencepiece itself makes pieces of at most 16 characters.
    private const int LongestPiece = 128;
    private const ulong BytePairs = 2;
    private const ulong Unigrams = 1;

    private static readonly Dictionary<string, byte> ByteTokens = Enumerable
        .Range(0, 256)
        .ToDictionary(BytePairModel.ByteToken, value => (byte)value, StringComparer.Ordinal);

    /// <summary>Reads a file's bytes.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="file">The name that faults carry.</param>
    /// <exception cref="FaultException">It is not whole, or outside the subset; the fault names what in the file.</exception>
    public static SentencePieceModel Read(ReadOnlySpan<byte> bytes, string file)
    {
        Reading reading = new(file);
        ProtobufReader reader = new(bytes, file);
        while (reader.Next())
        {
            if (reader.Is(1, ProtobufWire.Length))
            {
                reading.Piece(reader.Bytes);
            }
            else if (reader.Is(2, ProtobufWire.Length))
            {
                reading.Trainer(reader.Bytes);
            }
            else if (reader.Is(3, ProtobufWire.Length))
            {
                reading.Normalizer(reader.Bytes);
            }
        }
        return reading.Finish();
    }

    /// <summary>The byte that a piece <c>&lt;0x0A&gt;</c> stands for; null where it is none.</summary>
    public static byte? ByteOf(string piece) => ByteTokens.TryGetValue(piece, out byte value) ? value : null;

    private sealed class Reading(string file)
    {
        private readonly ImmutableArray<Piece>.Builder _pieces = ImmutableArray.CreateBuilder<Piece>();
        private readonly HashSet<string> _texts = new(StringComparer.Ordinal);
        private ulong _kind = Unigrams;
        private bool _byteFallback;
        private bool _suffix;
        private bool _dummyPrefix = true;
        private bool _removesExtra = true;
        private bool _escapes = true;
        private bool _maps;

        public void Piece(ReadOnlySpan<byte> message)
        {
            string where = $"pieces[{_pieces.Count}]";
            Refuse(_pieces.Count == TokenizerJson.MostIds, where, $"there are more than {TokenizerJson.MostIds}");
            string text = "";
            float score = 0;
            ulong kind = (ulong)PieceKind.Normal;
            ProtobufReader reader = new(message, file);
            while (reader.Next())
            {
                if (reader.Is(1, ProtobufWire.Length))
                {
                    text = Text(reader.Bytes, where);
                }
                else if (reader.Is(2, ProtobufWire.Fixed32))
                {
                    score = BitConverter.UInt32BitsToSingle((uint)reader.Number);
                }
                else if (reader.Is(3, ProtobufWire.Varint))
                {
                    kind = reader.Number;
                }
            }
            Refuse(text.Length == 0, where, "the piece is empty");
            Refuse(!float.IsFinite(score), where, "its score is no number");
            Refuse(kind is < (ulong)PieceKind.Normal or > (ulong)PieceKind.Byte, where, $"its kind {kind} does not exist");
            Refuse(!_texts.Add(text), where, $"the piece '{text}' occurs twice");
            Refuse(kind == (ulong)PieceKind.Byte && ByteOf(text) is null, where, $"'{text}' is no byte");
            _pieces.Add(new Piece(text, score, (PieceKind)kind));
        }

        public void Trainer(ReadOnlySpan<byte> message)
        {
            ProtobufReader reader = new(message, file);
            while (reader.Next())
            {
                _kind = reader.Is(3, ProtobufWire.Varint) ? reader.Number : _kind;
                _suffix = reader.Is(24, ProtobufWire.Varint) ? reader.Number != 0 : _suffix;
                _byteFallback = reader.Is(35, ProtobufWire.Varint) ? reader.Number != 0 : _byteFallback;
            }
        }

        public void Normalizer(ReadOnlySpan<byte> message)
        {
            ProtobufReader reader = new(message, file);
            while (reader.Next())
            {
                _maps = reader.Is(2, ProtobufWire.Length) ? reader.Bytes.Length > 0 : _maps;
                _dummyPrefix = reader.Is(3, ProtobufWire.Varint) ? reader.Number != 0 : _dummyPrefix;
                _removesExtra = reader.Is(4, ProtobufWire.Varint) ? reader.Number != 0 : _removesExtra;
                _escapes = reader.Is(5, ProtobufWire.Varint) ? reader.Number != 0 : _escapes;
            }
        }

        public SentencePieceModel Finish()
        {
            Refuse(_pieces.Count == 0, "pieces", "there are none");
            Refuse(_kind != BytePairs, "trainer_spec.model_type", $"the kind {_kind} is not that of byte pairs, {BytePairs}");
            Refuse(_suffix, "trainer_spec.treat_whitespace_as_suffix", "it is not supported");
            Refuse(_maps, "normalizer_spec.precompiled_charsmap", "rules of normalisation are not supported");
            int bytes = _pieces.Count(piece => piece.Kind == PieceKind.Byte);
            Refuse(_byteFallback && bytes != 256, "pieces", $"{bytes} of the 256 bytes are there");
            return new SentencePieceModel
            {
                Pieces = _pieces.ToImmutable(),
                ByteFallback = _byteFallback,
                AddsDummyPrefix = _dummyPrefix,
                RemovesExtraSpaces = _removesExtra,
                EscapesSpaces = _escapes,
            };
        }

        private string Text(ReadOnlySpan<byte> bytes, string where)
        {
            Refuse(bytes.Length > LongestPiece, where, $"the piece has {bytes.Length} bytes, above {LongestPiece}");
            Refuse(!Utf8.IsValid(bytes), where, "the piece is no UTF-8");
            return Encoding.UTF8.GetString(bytes);
        }

        private void Refuse(bool wrong, string where, string what)
        {
            if (wrong)
            {
                throw new FaultException(Fault.Data(what, $"{file}: {where}", "use another sentencepiece model"));
            }
        }
    }
}
