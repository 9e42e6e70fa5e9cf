namespace Microsoft.ML.Tokenizers.Tests;

/// <summary>What the real package would do in silence, the stand-in refuses or does as the reference implementation.</summary>
public sealed class StandInStrictnessTests
{
    [Fact]
    public void Options_that_would_lose_text_are_refused()
    {
        Assert.Throws<NotSupportedException>(() => BpeTokenizer.Create(new BpeOptions(Vocabularies.Small().Vocabulary)));
        Assert.Throws<NotSupportedException>(() =>
            BpeTokenizer.Create(new BpeOptions(Vocabularies.Small().Vocabulary) { ByteLevel = true })
        );
        InvalidOperationException fault = Assert.Throws<InvalidOperationException>(() =>
            BpeTokenizer.Create(
                new BpeOptions([new("a", 0)]) { ByteLevel = true, PreTokenizer = new RegexPreTokenizer(Vocabularies.Gpt2Regex, null) }
            )
        );
        Assert.Contains("byte 0", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Letters_beyond_the_basic_plane_are_letters()
    {
        RegexPreTokenizer splitter = new(Vocabularies.Gpt2Regex, null);
        Assert.Equal([(0, 5), (5, 3), (8, 2)], splitter.PreTokenize("a𝔘𝔫 🙂𝟙"));
    }

    [Fact]
    public void Cut_off_utf8_is_shown()
    {
        BpeTokenizer tokenizer = Vocabularies.Small();
        IReadOnlyList<int> ids = tokenizer.EncodeToIds("🙂");
        Assert.Equal("\uFFFD", tokenizer.Decode(ids.Take(2)));
    }
}
