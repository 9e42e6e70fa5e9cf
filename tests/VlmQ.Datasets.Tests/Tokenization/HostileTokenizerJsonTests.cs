using System.Text;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Tests.Support;
using VlmQ.Datasets.Tokenization.Files;
using VlmQ.Tests.Shared;

namespace VlmQ.Datasets.Tests.Tokenization;

public sealed class HostileTokenizerJsonTests
{
    private const string Name = "tokenizer.json";
    private const long Mebibyte = 1 << 20;

    // A small file with every stage, so that damage often meets one.
    private static readonly string Whole = TokenizerFiles.Json();

    [Fact]
    public async Task Damaged_files_are_read_or_refused_within_the_budget_and_nothing_else()
    {
        byte[][] originals = [.. TokenizerFiles.Kinds().Select(Encoding.UTF8.GetBytes)];
        foreach (byte[] original in originals)
        {
            Read(original);
        }
        int refused = await Fuzz.RunAsync(originals, Read, IsClean, Budget);
        Assert.InRange(refused, Fuzz.Mutations / 4, Fuzz.Mutations);
    }

    [Theory]
    [InlineData("{", "no JSON")]
    [InlineData("[]", "an object was expected, not []")]
    [InlineData("{}", "'model' is missing")]
    [InlineData("{\"model\":{},\"model\":{}}", "no JSON")]
    [InlineData("{\"model\":{\"type\":\"Unigram\"}}", "model.type: 'Unigram' is none of BPE")]
    [InlineData("{\"model\":{\"vocab\":{\"a\":0,\"b\":0},\"merges\":[]}}", "model.vocab['b']: the id 0 has another token too")]
    [InlineData("{\"model\":{\"vocab\":{\"a\":-1},\"merges\":[]}}", "model.vocab['a']: -1 is no whole number from 0 to 16777215")]
    [InlineData("{\"model\":{\"vocab\":{\"a\":1e99},\"merges\":[]}}", "1e99 is no whole number")]
    [InlineData("{\"model\":{\"vocab\":{\"a\":9223372036854775808},\"merges\":[]}}", "is no whole number")]
    [InlineData("{\"model\":{\"vocab\":{\"a\":0},\"merges\":[\"a a\"]}}", "model.merges[0]: the merge of 'a' and 'a' needs the token 'aa'")]
    [InlineData("{\"model\":{\"vocab\":{\"a\":0},\"merges\":[\"a\"]}}", "model.merges[0]: a merge is two tokens")]
    [InlineData("{\"model\":{\"vocab\":{\"a\":0},\"merges\":[[\"a\"]]}}", "model.merges[0]: a merge has two parts")]
    [InlineData("{\"model\":{\"vocab\":{\"a\":0},\"merges\":[],\"dropout\":0.1}}", "model.dropout: 'dropout' is not supported")]
    [InlineData("{\"model\":{\"vocab\":{\"\\ud800\":0},\"merges\":[]}}", "incomplete UTF-16")]
    public async Task What_is_wrong_is_named(string json, string expected)
    {
        Assert.False(await TryAsync(json));
        Assert.Contains(expected, FaultOf(json).ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"type\":\"NFC\"", "\"type\":\"NFKC\"", "normalizer.normalizers[0].type: 'NFKC' is none of")]
    [InlineData("\"Isolated\"", "\"Isolate\"", "behavior: 'Isolate' is none of")]
    [InlineData("\\\\p{N}{1,3}", "(?<=a)b", "a kind of group that is not supported at character 2 of the expression")]
    [InlineData("\\\\p{N}{1,3}", "(a", "a group that is not closed")]
    [InlineData("\\\\p{N}{1,3}", "((a{1000}){1000}){1000}", "more than 10000 steps")]
    [InlineData("\\\\p{N}{1,3}", "\\\\p{Greek}", "a property 'Greek' that is not supported")]
    [InlineData("\\\\p{N}{1,3}", "a++", "a repeat of a repeat")]
    [InlineData("\"id\":6,", "\"id\":1,", "the id 1 of '<eos>' is that of 'b' too")]
    [InlineData("\"content\":\"<eos>\"", "\"content\":\"b\"", "the added token 'b' has id 6, in the vocabulary 1")]
    [InlineData("\"content\":\"<eos>\"", "\"content\":\"\"", "the string is empty")]
    [InlineData("\"Sequence\":{\"id\":\"A\"}", "\"Sequence\":{\"id\":\"B\"}", "'B' is none of A")]
    [InlineData("\"Fuse\"", "\"WordPiece\"", "decoder.decoders[2].type: 'WordPiece' is none of")]
    public async Task What_is_not_supported_is_named(string what, string by, string expected)
    {
        string json = Whole.Replace(what, by, StringComparison.Ordinal);
        Assert.NotEqual(Whole, json);
        Assert.False(await TryAsync(json));
        Assert.Contains(expected, FaultOf(json).ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{\"model\":")]
    [InlineData("{\"type\":\"Sequence\",\"normalizers\":[")]
    public async Task Nesting_without_end_is_refused(string opening) =>
        Assert.False(await TryAsync(string.Concat(Enumerable.Repeat(opening, 1 << 16))));

    [Fact]
    public async Task Stages_that_would_make_a_text_endless_are_refused()
    {
        const string One = "{\"type\":\"Replace\",\"pattern\":{\"String\":\"a\"},\"content\":\"aaaaaaaaaaaaaaaa\"}";
        string many = string.Join(',', Enumerable.Repeat(One, 12));
        string normalizer = $"\"normalizer\":{{\"type\":\"Sequence\",\"normalizers\":[{many}]}}";
        string decoder = $"\"decoder\":{{\"type\":\"Sequence\",\"decoders\":[{many}]}}";
        foreach (string stage in new[] { normalizer, decoder })
        {
            string json = $"{{{stage},\"model\":{{\"vocab\":{{\"a\":0}},\"merges\":[]}}}}";
            Assert.False(await TryAsync(json));
            Assert.Contains("more than 256 times longer", FaultOf(json).What, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_expression_that_would_never_end_ends_in_a_fault()
    {
        string json = Whole.Replace("\\\\p{N}{1,3}", "(a+)+b|a", StringComparison.Ordinal);
        Assert.True(await TryAsync(json));
        PipelineCodec codec = new(TokenizerJson.Read(Encoding.UTF8.GetBytes(json), Name));

        FaultException thrown = Assert.Throws<FaultException>(() => codec.Encode(new string('a', 100_000), true, true, []));

        Assert.Contains("more than linear time", thrown.Fault.What, StringComparison.Ordinal);
    }

    private static bool IsClean(Exception thrown) => thrown is FaultException;

    /// <summary>Some objects for each byte of the file, and what a short text needs at each of up to 16 stages.</summary>
    private static long Budget(int length) => (16 * Mebibyte) + (1000L * length);

    private static Fault FaultOf(string json) =>
        Assert.Throws<FaultException>(() => TokenizerJson.Read(Encoding.UTF8.GetBytes(json), Name)).Fault;

    private static Task<bool> TryAsync(string json) => Fuzz.TryAsync(Encoding.UTF8.GetBytes(json), 0, Read, IsClean, Budget);

    private static void Read(byte[] json)
    {
        PipelineCodec codec = new(TokenizerJson.Read(json, Name));
        List<int> ids = [];
        foreach (bool special in new[] { true, false })
        {
            codec.Encode("abab 12345 <eos>  cafe\u0301 \u2581<0x41> 🙂\ud800", special, first: true, ids);
        }
        Assert.All(ids, id => Assert.InRange(id, 0, codec.Count - 1));
        codec.Decode([.. ids, -1, int.MaxValue], skipSpecial: false);
        codec.Decode([.. codec.Frame.Before, .. ids, .. codec.Frame.After], skipSpecial: true);
    }
}
