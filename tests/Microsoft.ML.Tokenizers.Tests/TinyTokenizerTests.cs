using VlmQ.Tests.Shared;

namespace Microsoft.ML.Tokenizers.Tests;

/// <summary>The tokenizer that the repository ships for small models, against its card.</summary>
public sealed class TinyTokenizerTests
{
    private static readonly BpeTokenizer Tokenizer = Load();

    [Fact]
    public void It_has_384_tokens_laid_out_as_its_card_says()
    {
        Assert.Equal(Enumerable.Range(0, 384), Tokenizer.Vocabulary.Values.Order());
        Assert.Equal([0, 1, 2, 3], Tokenizer.EncodeToIds("<pad><bos><eos><image>"));
        string[] symbols = [.. Vocabularies.ByteSymbols()];
        Assert.All(Enumerable.Range(0, 256), value => Assert.Equal(value + 4, Tokenizer.Vocabulary[symbols[value]]));
    }

    [Theory]
    [InlineData("{\"action\": \"+\"}", 6)]
    [InlineData("{\"action\": \"10\"}", 6)]
    [InlineData("{\"action\": \"stand\"}", 6)]
    [InlineData("{\"action\": \"turn left\"}", 7)]
    [InlineData("turn left", 2)]
    [InlineData("toggle", 1)]
    [InlineData("Number line. Bring current to target. Action?", 10)]
    [InlineData("pick up the blue key", 5)]
    public void Replies_and_prompts_are_short(string text, int tokens)
    {
        Assert.Equal(tokens, Tokenizer.CountTokens(text));
        Assert.Equal(text, Tokenizer.Decode(Tokenizer.EncodeToIds(text)));
    }

    [Theory]
    [InlineData("+")]
    [InlineData("-")]
    [InlineData("*")]
    [InlineData("/")]
    [InlineData("(")]
    [InlineData(")")]
    [InlineData("=")]
    [InlineData("7")]
    [InlineData("10")]
    public void An_action_is_a_token_of_its_own(string action)
    {
        IReadOnlyList<EncodedToken> tokens = Tokenizer.EncodeToTokens($"{{\"action\": \"{action}\"}}", out _);
        Assert.Equal(action, tokens[4].Value);
    }

    [Fact]
    public void Every_byte_comes_back()
    {
        string text = string.Concat(Enumerable.Range(0, 0x300).Select(c => (char)c)) + "日本語🙂";
        Assert.Equal(text, Tokenizer.Decode(Tokenizer.EncodeToIds(text)));
    }

    private static BpeTokenizer Load()
    {
        string folder = Path.Combine(Repository.Root, "data", "tokenizers", "tiny");
        Dictionary<string, int> special = new()
        {
            ["<pad>"] = 0,
            ["<bos>"] = 1,
            ["<eos>"] = 2,
            ["<image>"] = 3,
        };
        return BpeTokenizer.Create(
            new BpeOptions(Path.Combine(folder, "vocab.json"), Path.Combine(folder, "merges.txt"))
            {
                ByteLevel = true,
                SpecialTokens = special,
                PreTokenizer = new RegexPreTokenizer(Vocabularies.Gpt2Regex, special),
            }
        );
    }
}
