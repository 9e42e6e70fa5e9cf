using VlmQ.Core.Episodes;
using VlmQ.Datasets.Tests.Support;
using VlmQ.Datasets.Tokenization.SentencePieces;
using VlmQ.Tests.Shared;

namespace VlmQ.Datasets.Tests.Tokenization;

public sealed class HostileSentencePieceTests
{
    private const string Name = "tokenizer.model";
    private const long Mebibyte = 1 << 20;

    public static TheoryData<byte[], string> Wrong { get; } =
        new()
        {
            { [], "pieces: there are none" },
            { [0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F], "a field of 9223372036854775807 bytes does not fit the 0" },
            { [0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], "a number has more than 64 bits" },
            { [0x0B], "a field is written in way 3, which does not occur" },
            { [0x02], "a field has no number" },
            { SentencePieceFiles.Piece("a", 0, 1), "trainer_spec.model_type: the kind 1 is not that of byte pairs" },
            { SentencePieceFiles.Piece("", 0, 1), "pieces[0]: the piece is empty" },
            { SentencePieceFiles.Piece(new string('a', 129), 0, 1), "pieces[0]: the piece has 129 bytes, above 128" },
            { SentencePieceFiles.Piece("a", float.NaN, 1), "pieces[0]: its score is no number" },
            { SentencePieceFiles.Piece("a", 0, 7), "pieces[0]: its kind 7 does not exist" },
            { SentencePieceFiles.Piece("a", 0, 6), "pieces[0]: 'a' is no byte" },
            { [.. SentencePieceFiles.Piece("a", 0, 1), .. SentencePieceFiles.Piece("a", 0, 1)], "pieces[1]: the piece 'a' occurs twice" },
            { SentencePieceFiles.Message(1, SentencePieceFiles.Message(1, [0xFF])), "pieces[0]: the piece is no UTF-8" },
            { [.. SentencePieceFiles.Piece("a", 0, 1), .. SentencePieceFiles.Trainer()], "pieces: 0 of the 256 bytes are there" },
            {
                [.. SentencePieceFiles.Whole(), .. SentencePieceFiles.Message(2, SentencePieceFiles.Number(24, 1))],
                "treat_whitespace_as_suffix: it is not supported"
            },
            {
                [.. SentencePieceFiles.Whole(), .. SentencePieceFiles.Message(3, SentencePieceFiles.Message(2, [1]))],
                "precompiled_charsmap: rules of normalisation are not supported"
            },
        };

    [Fact]
    public async Task Damaged_files_are_read_or_refused_within_the_budget_and_nothing_else()
    {
        byte[] original = SentencePieceFiles.Whole();
        Read(original);
        int refused = await Fuzz.RunAsync([original], Read, IsClean, Budget);
        Assert.InRange(refused, Fuzz.Mutations / 4, Fuzz.Mutations);
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_is_wrong_is_named(byte[] file, string expected)
    {
        FaultException thrown = Assert.Throws<FaultException>(() => Read(file));

        Assert.Equal(FaultKind.Data, thrown.Fault.Kind);
        Assert.Contains(expected, thrown.Fault.ToString(), StringComparison.Ordinal);
    }

    private static bool IsClean(Exception thrown) => thrown is FaultException;

    /// <summary>The finder of added tokens, and some objects for each byte of the file.</summary>
    private static long Budget(int length) => (4 * Mebibyte) + (1000L * length);

    private static void Read(byte[] file)
    {
        SentencePieceCodec codec = new(SentencePieceFile.Read(file, Name), [], []);
        List<int> ids = [];
        codec.Encode("hello  [x] \u2581<s> 🙂\ud800", special: true, first: true, ids);
        Assert.All(ids, id => Assert.InRange(id, 0, codec.Count - 1));
        codec.Decode([.. ids, -1, int.MaxValue], skipSpecial: false);
    }
}
