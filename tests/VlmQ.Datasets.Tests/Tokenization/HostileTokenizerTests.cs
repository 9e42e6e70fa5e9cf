using System.Text;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Tests.Support;
using VlmQ.Datasets.Tokenization;
using VlmQ.Tests.Shared;

namespace VlmQ.Datasets.Tests.Tokenization;

public sealed class HostileTokenizerTests : IDisposable
{
    private const string Vocabulary = "vocab.json";
    private const string Merges = "merges.txt";
    private const long Mebibyte = 1 << 20;

    private readonly TemporaryFolder _folder = new();

    public HostileTokenizerTests()
    {
        foreach (string name in new[] { Vocabulary, Merges })
        {
            File.Copy(Path.Combine(Tokenizers.TinyFolder, name), _folder[name]);
        }
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(Vocabulary)]
    [InlineData(Merges)]
    public async Task Damaged_tokenizers_are_read_or_refused_within_the_budget_and_nothing_else(string name)
    {
        byte[] original = File.ReadAllBytes(_folder[name]);
        Read(name, original);
        int refused = await Fuzz.RunAsync([original], file => Read(name, file), IsClean, Budget);
        Assert.InRange(refused, Fuzz.Mutations / 4, Fuzz.Mutations);
    }

    [Theory]
    [InlineData("2147483647")]
    [InlineData("2147483648")]
    [InlineData("4294967296")]
    [InlineData("9223372036854775807")]
    [InlineData("9223372036854775808")]
    [InlineData("18446744073709551615")]
    [InlineData("1e400")]
    [InlineData("1.5")]
    [InlineData("-1")]
    [InlineData("\"4\"")]
    [InlineData("null")]
    [InlineData("{\"a\":4}")]
    [InlineData("[4]")]
    public async Task An_id_that_no_token_can_have_is_refused(string id)
    {
        foreach (string token in new[] { "<pad>", "\\u0100" })
        {
            string hostile = WithEntry($"\"{token}\": {id}");
            Assert.False(await TryAsync(Vocabulary, hostile), hostile);
        }
    }

    [Theory]
    [InlineData("\\ud800")]
    [InlineData("\\udc00x")]
    [InlineData("<pad>\\ud83d")]
    public async Task A_token_that_is_no_text_is_refused(string token) =>
        Assert.False(await TryAsync(Vocabulary, WithEntry($"\"{token}\": 5")));

    [Fact]
    public async Task Of_a_token_that_occurs_twice_the_last_id_holds_everywhere()
    {
        Assert.True(await TryAsync(Vocabulary, WithEntry("\"<pad>\": 399")));
        TextTokenizer tokenizer = TextTokenizer.Load(_folder.Path).OrThrow();
        Assert.Equal(399, tokenizer.PadToken);
        Assert.Equal([399], tokenizer.Encode("<pad>"));
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{\"<pad>\":")]
    [InlineData("[{\"a\":")]
    public async Task A_vocabulary_nested_without_end_is_refused(string opening) =>
        Assert.False(await TryAsync(Vocabulary, string.Concat(Enumerable.Repeat(opening, 1 << 17))));

    [Theory]
    [InlineData("a")]
    [InlineData("a b c")]
    [InlineData(" ")]
    [InlineData("\u0120 \0")]
    [InlineData("t \ud800")]
    public async Task A_merge_of_what_are_no_two_tokens_is_refused(string line) =>
        Assert.False(await TryAsync(Merges, File.ReadAllText(_folder[Merges]) + line + "\n"));

    [Fact]
    public async Task A_merge_without_end_is_refused() => Assert.False(await TryAsync(Merges, new string('a', 1 << 20)));

    private static bool IsClean(Exception thrown) => thrown is FaultException;

    /// <summary>
    /// A few objects for each byte of the files; the memory of words, twice; and a number for each id, of which there are up to 2²⁴,
    /// twice.
    /// </summary>
    private static long Budget(int length) => (132 * Mebibyte) + (2000L * length);

    /// <summary>The vocabulary with one more entry at its end.</summary>
    private string WithEntry(string entry)
    {
        string whole = File.ReadAllText(Path.Combine(Tokenizers.TinyFolder, Vocabulary));
        return $"{whole[..whole.LastIndexOf('}')]}, {entry}}}";
    }

    private Task<bool> TryAsync(string name, string text) =>
        Fuzz.TryAsync(Encoding.UTF8.GetBytes(text), 0, file => Read(name, file), IsClean, Budget);

    private void Read(string name, byte[] file)
    {
        File.WriteAllBytes(_folder[name], file);
        TextTokenizer tokenizer = TextTokenizer.Load(_folder.Path).OrThrow();
        const string Text = "pick up the blue key <image><eos> 🙂";
        int[] ids = [.. tokenizer.Encode(Text), .. tokenizer.EncodePlain(Text)];
        Assert.All(ids, id => Assert.InRange(id, 0, tokenizer.Count - 1));
        tokenizer.Decode(ids);
        tokenizer.DecodePlain(ids);
    }
}
