using System.Text;
using FsCheck;
using FsCheck.Fluent;
using VlmQ.Datasets.Tests.Support;
using VlmQ.Datasets.Tokenization;
using VlmQ.Datasets.Tokenization.Files;
using VlmQ.Datasets.Tokenization.Merging;
using VlmQ.Datasets.Tokenization.Patterns;
using VlmQ.Datasets.Tokenization.SentencePieces;

namespace VlmQ.Datasets.Tests.Tokenization;

/// <summary>A million characters without a word's end: what took quadratic time would take hours.</summary>
public sealed class LongTextTests
{
    private const int Million = 1_000_000;

    public static TheoryData<string, string> Cases { get; } =
    [
        .. from kind in (string[])["bytes", "markers", "sentencepiece"]
        from part in (string[])["a", " ", "🙂", "ab ", "\n", "1"]
        select new TheoryDataRow<string, string>(kind, part),
    ];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_million_of_one_thing_are_encoded_and_decoded(string kind, string part)
    {
        TokenCodec codec = kind switch
        {
            "bytes" => new PipelineCodec(TokenizerJson.Read(Encoding.UTF8.GetBytes(TokenizerFiles.ByteLevelJson()), kind)),
            "markers" => new PipelineCodec(TokenizerJson.Read(Encoding.UTF8.GetBytes(TokenizerFiles.Json()), kind)),
            _ => new SentencePieceCodec(SentencePieceFile.Read(SentencePieceFiles.Whole(), kind), [], []),
        };
        string text = new StringBuilder().Insert(0, part, Million / part.Length).ToString();
        List<int> ids = [];
        codec.Encode(text, special: true, first: true, ids);
        int[] all = [.. ids];
        TextStream stream = new(codec, skipSpecial: true);
        string streamed = string.Concat(all.Select(stream.Push)) + stream.Finish();

        string decoded = codec.Decode(all, skipSpecial: true);
        Assert.Equal(decoded.Length, streamed.Length);
        Assert.True(decoded == streamed, "the stream gives another text");
        if (kind != "markers")
        {
            Assert.True(decoded == text, "the text does not come back");
        }
    }

    [Fact]
    public void Merging_in_a_queue_is_merging_the_lowest_rank_that_is_leftmost() =>
        Check.QuickThrowOnFailure(
            Prop.ForAll(
                ArbMap.Default.ArbFor<int>(),
                seed =>
                {
                    var random = new Random(seed);
                    Dictionary<(int, int), (int Rank, int Product)> rules = [];
                    PairMerges merges = new();
                    for (int rank = 0; rank < 20; rank++)
                    {
                        (int left, int right, int product) = (random.Next(6), random.Next(6), random.Next(6));
                        int shared = rank / 2;
                        rules[(left, right)] = (shared, product);
                        merges.Set(left, right, shared, product);
                    }
                    int[] symbols = [.. Enumerable.Range(0, random.Next(2, 120)).Select(_ => random.Next(-1, 6))];
                    List<int> expected = [.. symbols];
                    MergeOneByOne(expected, rules);
                    int count = merges.Apply(symbols);
                    return symbols[..count].SequenceEqual(expected);
                }
            )
        );

    [Theory]
    [InlineData(@"(?i:'s|'t|'re)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")]
    [InlineData(@"a(?:b|ab?)*?c|[a-c]{2}|(?=b)b|\w\d?|[^a\s]")]
    [InlineData(@"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+")]
    public void Matches_are_those_of_a_backtracking_engine(string expression)
    {
        ExpressionPattern pattern = ExpressionCompiler.Compile(expression);
        System.Text.RegularExpressions.Regex regex = new(expression, System.Text.RegularExpressions.RegexOptions.CultureInvariant);
        const string Alphabet = "abcAS'srt 12\n\r\t.-é中";
        for (int seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            string text = string.Concat(Enumerable.Range(0, random.Next(30)).Select(_ => Alphabet[random.Next(Alphabet.Length)]));
            List<(int, int)> matches = [];
            pattern.FindAll(text, matches);
            Assert.Equal(regex.Matches(text).Select(match => (match.Index, match.Index + match.Length)), matches);
        }
    }

    private static void MergeOneByOne(List<int> symbols, Dictionary<(int, int), (int Rank, int Product)> rules)
    {
        while (true)
        {
            int best = -1;
            for (int i = 0; i + 1 < symbols.Count; i++)
            {
                if (
                    rules.TryGetValue((symbols[i], symbols[i + 1]), out (int Rank, int Product) rule)
                    && (best < 0 || rule.Rank < rules[(symbols[best], symbols[best + 1])].Rank)
                )
                {
                    best = i;
                }
            }
            if (best < 0)
            {
                return;
            }
            symbols[best] = rules[(symbols[best], symbols[best + 1])].Product;
            symbols.RemoveAt(best + 1);
        }
    }
}
