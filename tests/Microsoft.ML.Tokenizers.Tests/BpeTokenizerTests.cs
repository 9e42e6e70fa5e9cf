using System.Buffers;
using System.Text.RegularExpressions;

namespace Microsoft.ML.Tokenizers.Tests;

public sealed class BpeTokenizerTests
{
    private static readonly BpeTokenizer Tokenizer = Vocabularies.Small();

    [Theory]
    [InlineData("hello world")]
    [InlineData("  it's\tcafé — 3½ 日本語 🙂\r\n\n")]
    [InlineData("<pad> <image>x<image><image>")]
    [InlineData("")]
    public void Text_comes_back(string text)
    {
        IReadOnlyList<int> ids = Tokenizer.EncodeToIds(text);
        Assert.Equal(text, Tokenizer.Decode(ids));
        Assert.Equal(ids.Count, Tokenizer.CountTokens(text));
    }

    [Fact]
    public void Any_text_comes_back()
    {
        Random random = new(7);
        for (int i = 0; i < 3000; i++)
        {
            string text = RandomText(random, random.Next(60));
            Assert.Equal(text, Tokenizer.Decode(Tokenizer.EncodeToIds(text)));
            Assert.Equal(text, Tokenizer.Decode(Tokenizer.EncodeToIds(text, considerPreTokenization: false)));
        }
    }

    [Fact]
    public void Merges_apply_in_order_of_rank()
    {
        IReadOnlyList<EncodedToken> tokens = Tokenizer.EncodeToTokens("hello worlds", out string? normalized);
        Assert.Null(normalized);
        Assert.Equal(["hello", "Ġworld", "s"], tokens.Select(token => token.Value));
        Assert.Equal([0..5, 5..11, 11..12], tokens.Select(token => token.Offset));
        Assert.Equal(tokens.Select(token => token.Id), Tokenizer.EncodeToIds("hello worlds"));
    }

    [Fact]
    public void Words_of_any_length_merge_as_the_definition_says()
    {
        string[] merges = ["a b", "b a", "ab ab", "ba ba", "abab a", "a a", "aa b"];
        BpeTokenizer tokenizer = Vocabularies.Small(merges: merges);
        Random random = new(3);
        foreach (int length in new[] { 1, 5, 30, 47, 48, 49, 100, 400 })
        {
            string word = string.Concat(Enumerable.Range(0, length).Select(_ => (char)('a' + random.Next(2))));
            Assert.Equal(MergeByDefinition(word, merges), tokenizer.EncodeToTokens(word, out _).Select(token => token.Value));
            Assert.Equal(
                MergeByDefinition(word, merges),
                tokenizer.EncodeToIds(word).Select(id => tokenizer.Vocabulary.First(entry => entry.Value == id).Key)
            );
        }
    }

    [Fact]
    public void Special_tokens_stand_for_themselves_the_longest_first()
    {
        Assert.Equal([900, 1, 0], Tokenizer.EncodeToIds("<image><image><image><pad>"));
        Assert.Equal("<image><pad>", Tokenizer.Decode([1, 0]));
        Assert.Equal("", Tokenizer.Decode([1, 0], considerSpecialTokens: false));
        Assert.DoesNotContain(1, Tokenizer.EncodeToIds("a<image>", considerPreTokenization: false));
        Assert.Equal(900, Tokenizer.SpecialTokens!["<image><image>"]);
    }

    [Fact]
    public void A_limit_cuts_at_a_token_and_never_inside_a_character()
    {
        Assert.Equal(2, Tokenizer.EncodeToIds("hello world hello", 2, out _, out int consumed).Count);
        Assert.Equal("hello world".Length, consumed);
        Assert.Equal(5, Tokenizer.EncodeToIds("hello", 10, out _, out consumed).Count + consumed - 1);
        string text = "ab🙂cd";
        for (int limit = 1; limit < 9; limit++)
        {
            IReadOnlyList<int> ids = Tokenizer.EncodeToIds(text, limit, out _, out consumed);
            Assert.InRange(ids.Count, 1, limit);
            Assert.Equal(text[..consumed], Tokenizer.Decode(ids));
            Assert.Equal(consumed, Tokenizer.GetIndexByTokenCount(text, limit, out _, out int count));
            Assert.Equal(ids.Count, count);
            int index = Tokenizer.GetIndexByTokenCountFromEnd(text, limit, out _, out count);
            Assert.Equal(Tokenizer.CountTokens(text[index..]), count);
            Assert.InRange(count, 1, limit);
        }
        Assert.Throws<ArgumentOutOfRangeException>(() => Tokenizer.EncodeToIds(text, 0, out _, out _));
    }

    [Fact]
    public void Ids_that_do_not_exist_decode_to_nothing()
    {
        int h = Tokenizer.Vocabulary["h"];
        Assert.Equal("hh", Tokenizer.Decode([h, -1, 100_000, int.MaxValue, int.MinValue, h]));
    }

    [Fact]
    public void Decoding_into_a_span_stops_at_what_fits()
    {
        IReadOnlyList<int> ids = Tokenizer.EncodeToIds("hello world é");
        char[] destination = new char[7];
        Assert.Equal(OperationStatus.DestinationTooSmall, Tokenizer.Decode(ids, destination, out int idsConsumed, out int charsWritten));
        Assert.Equal((1, "hello"), (idsConsumed, new string(destination, 0, charsWritten)));
        char[] whole = new char[13];
        Assert.Equal(OperationStatus.Done, Tokenizer.Decode(ids, whole, out idsConsumed, out charsWritten));
        Assert.Equal((ids.Count, "hello world é"), (idsConsumed, new string(whole, 0, charsWritten)));
    }

    [Fact]
    public void An_unpaired_surrogate_becomes_the_replacement_character()
    {
        Assert.Equal("a\uFFFDb", Tokenizer.Decode(Tokenizer.EncodeToIds("a\uD83Db")));
    }

    [Fact]
    public void Threads_agree()
    {
        string[] texts = [.. Enumerable.Range(0, 400).Select(i => RandomText(new Random(i % 40), 80))];
        int[][] alone = [.. texts.Select(text => Vocabularies.Small().EncodeToIds(text).ToArray())];
        BpeTokenizer shared = Vocabularies.Small();
        int[][] together = new int[texts.Length][];
        Parallel.For(0, texts.Length, i => together[i] = [.. shared.EncodeToIds(texts[i])]);
        Assert.Equal(alone, together);
    }

    [Fact]
    public void The_splitter_agrees_with_the_expression()
    {
        // A group around the whole keeps the expression from being recognised, so the regular expression itself is run.
        Regex plain = new($"(?:{Vocabularies.Gpt2Pattern})");
        RegexPreTokenizer fast = new(Vocabularies.Gpt2Regex, null);
        RegexPreTokenizer slow = new(plain, null);
        Random random = new(11);
        const string Alphabet = "ab'stmdrevl  \t\n\u00A0\u3000.,!1٣½éЖ語'-_\u200B";
        for (int i = 0; i < 5000; i++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(25)).Select(_ => Alphabet[random.Next(Alphabet.Length)]));
            Assert.Equal(slow.PreTokenize(text), fast.PreTokenize(text));
        }
    }

    [Fact]
    public void Files_of_vocabulary_and_merges_are_read()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory();
        try
        {
            string vocab = Path.Combine(folder.FullName, "vocab.json");
            string merges = Path.Combine(folder.FullName, "merges.txt");
            File.WriteAllText(vocab, System.Text.Json.JsonSerializer.Serialize(Tokenizer.Vocabulary));
            File.WriteAllText(merges, "#version: 0.2\nh e\nl l\nhe ll\nhell o\n");
            BpeTokenizer read = BpeTokenizer.Create(
                new BpeOptions(vocab, merges) { ByteLevel = true, PreTokenizer = new RegexPreTokenizer(Vocabularies.Gpt2Regex, null) }
            );
            Assert.Equal([Tokenizer.Vocabulary["hello"]], read.EncodeToIds("hello"));
            Assert.Throws<FileNotFoundException>(() => new BpeOptions(Path.Combine(folder.FullName, "absent.json"), merges));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_merge_outside_the_vocabulary_is_refused()
    {
        BpeOptions options = new(Tokenizer.Vocabulary)
        {
            Merges = ["q q"],
            ByteLevel = true,
            PreTokenizer = new RegexPreTokenizer(Vocabularies.Gpt2Regex, null),
        };
        Assert.Throws<InvalidOperationException>(() => BpeTokenizer.Create(options));
    }

    private static List<string> MergeByDefinition(string word, string[] merges)
    {
        List<string> symbols = [.. word.Select(c => c.ToString())];
        while (true)
        {
            var best = Enumerable
                .Range(0, Math.Max(0, symbols.Count - 1))
                .Select(i => (Rank: Array.IndexOf(merges, $"{symbols[i]} {symbols[i + 1]}"), At: i))
                .Where(pair => pair.Rank >= 0)
                .OrderBy(pair => pair)
                .Cast<(int Rank, int At)?>()
                .FirstOrDefault();
            if (best is not { } pair)
            {
                return symbols;
            }
            symbols[pair.At] += symbols[pair.At + 1];
            symbols.RemoveAt(pair.At + 1);
        }
    }

    private static string RandomText(Random random, int length)
    {
        string[] pieces =
        [
            "hello",
            " world",
            " ",
            "  ",
            "\n",
            "é",
            "日",
            "🙂",
            "𝔘",
            "1",
            "'s",
            "'",
            "<pad>",
            "<image>",
            "\u0000",
            "ÿ",
            "a",
            ".",
        ];
        return string.Concat(Enumerable.Range(0, length).Select(_ => pieces[random.Next(pieces.Length)]));
    }
}
