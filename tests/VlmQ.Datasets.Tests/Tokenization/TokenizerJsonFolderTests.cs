using VlmQ.Core.Episodes;
using VlmQ.Datasets.Tests.Support;
using VlmQ.Datasets.Tokenization;

namespace VlmQ.Datasets.Tests.Tokenization;

public sealed class TokenizerJsonFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public TokenizerJsonFolderTests() => Write("tokenizer.json", TokenizerFiles.ByteLevelJson());

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Text_comes_back_and_special_tokens_are_special_only_where_they_are_meant()
    {
        TextTokenizer tokenizer = Load();

        Assert.Equal("he aaaa 🙂", tokenizer.Decode(tokenizer.Encode("he aaaa 🙂").AsSpan()));
        Assert.Equal([300], tokenizer.Encode("<|endoftext|>"));
        Assert.DoesNotContain(300, tokenizer.EncodePlain("<|endoftext|>"));
        Assert.Equal("a", tokenizer.DecodePlain([.. tokenizer.Encode("a"), tokenizer.EndToken]));
    }

    [Fact]
    public void The_end_fills_and_the_first_free_id_stands_for_pictures_where_the_file_names_none()
    {
        TextTokenizer tokenizer = Load();

        Assert.Equal((300, 300, 301, 302), (tokenizer.EndToken, tokenizer.PadToken, tokenizer.ImageToken, tokenizer.Count));
        Assert.Null(tokenizer.BeginToken);
        Assert.Equal([301], tokenizer.Encode("<image>"));
        Assert.DoesNotContain(301, tokenizer.EncodePlain("<image>"));
    }

    [Fact]
    public void The_configuration_beside_it_names_begin_end_and_filling()
    {
        Write("tokenizer_config.json", "{\"eos_token\":\"a\",\"bos_token\":{\"content\":\"b\"},\"pad_token\":\"aa\"}");

        TextTokenizer tokenizer = Load();

        Assert.Equal(tokenizer.Encode("a b aa").First(), tokenizer.EndToken);
        Assert.Equal([tokenizer.BeginToken!.Value], tokenizer.Encode("b"));
        Assert.Equal([tokenizer.PadToken], tokenizer.Encode("aa"));
    }

    [Fact]
    public void The_last_token_that_the_file_keeps_in_reserve_stands_for_pictures()
    {
        string[] reserved =
        [
            .. Enumerable.Range(0, 3).Select(i => $"{{\"id\": {301 + i}, \"content\": \"<|md_reserved_{i}|>\", \"special\": true}}"),
        ];
        string file = TokenizerFiles.ByteLevelJson();
        int list = file.IndexOf('[', file.IndexOf("\"added_tokens\"", StringComparison.Ordinal)) + 1;
        Write("tokenizer.json", file.Insert(list, string.Join(",", reserved) + ","));

        TextTokenizer tokenizer = Load();

        Assert.Equal((303, 304), (tokenizer.ImageToken, tokenizer.Count));
        Assert.Equal([303], tokenizer.Encode("<image>"));
        Assert.Equal([303], tokenizer.Encode("<|md_reserved_2|>"));
        Assert.Equal([302], tokenizer.Encode("<|md_reserved_1|>"));
        Assert.DoesNotContain(303, tokenizer.EncodePlain("<image>"));
    }

    [Fact]
    public void A_model_may_end_replies_with_another_token_than_the_files_name()
    {
        TextTokenizer usual = Load();
        TextTokenizer other = TextTokenizer.Load(_folder.Path, "a").OrThrow();

        Assert.Equal(other.Encode("a"), [other.EndToken]);
        Assert.NotEqual(usual.EndToken, other.EndToken);
        Assert.NotEqual(usual.Digest, other.Digest);
        Assert.IsType<Result<TextTokenizer>.Failed>(TextTokenizer.Load(_folder.Path, "<|end|>"));
    }

    [Fact]
    public void The_digest_is_of_both_files()
    {
        string alone = Load().Digest;
        Write("tokenizer_config.json", "{\"eos_token\":\"<|endoftext|>\"}");
        string both = Load().Digest;
        Write("tokenizer.json", TokenizerFiles.ByteLevelJson() + "\n");

        Assert.Equal(3, new HashSet<string> { alone, both, Load().Digest }.Count);
    }

    [Fact]
    public void A_tokenizer_that_nothing_ends_says_how_to_name_its_end()
    {
        Write("tokenizer.json", TokenizerFiles.ByteLevelJson().Replace("endoftext", "stop", StringComparison.Ordinal));

        Fault fault = TransitionFolders.FaultOf(TextTokenizer.Load(_folder.Path));

        Assert.Equal((FaultKind.Data, "name it as eos_token in tokenizer_config.json"), (fault.Kind, fault.Remedy));
    }

    [Theory]
    [InlineData("{\"vocab_size\":300}", "vocab_size")]
    [InlineData("{\"text_config\":{\"vocab_size\":263}}", "text_config.vocab_size")]
    public void A_tokenizer_that_does_not_match_the_model_beside_it_is_refused(string configuration, string where)
    {
        Write("config.json", configuration);

        Fault fault = TransitionFolders.FaultOf(TextTokenizer.Load(_folder.Path));

        Assert.Equal((FaultKind.Data, $"{_folder["config.json"]}: {where}"), (fault.Kind, fault.Where));
        Assert.Contains("goes up to 300", fault.What, StringComparison.Ordinal);
        Write("config.json", "{\"vocab_size\":301}");
        Load();
    }

    [Fact]
    public void A_stream_gives_no_half_characters_and_all_of_the_text()
    {
        TextTokenizer tokenizer = Load();
        const string Text = "he 🙂 aaaa é";
        int[] ids = [.. tokenizer.EncodePlain(Text)];
        TextStream stream = tokenizer.OpenStream();
        List<string> parts = [.. ids.Select(stream.Push)];

        Assert.Equal("", stream.Finish());
        Assert.Equal(Text, string.Concat(parts));
        Assert.All(parts, part => Assert.DoesNotContain('\uFFFD', part));

        TextStream cut = tokenizer.OpenStream();
        Assert.Equal("", cut.Push(tokenizer.EncodePlain("🙂")[0]));
        Assert.Equal("\uFFFD", cut.Finish());
    }

    private TextTokenizer Load() => TextTokenizer.Load(_folder.Path).OrThrow();

    private void Write(string name, string text) => File.WriteAllText(_folder[name], text);
}
