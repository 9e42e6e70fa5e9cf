using VlmQ.Core.Episodes;
using VlmQ.Datasets.Tests.Support;
using VlmQ.Datasets.Tokenization;

namespace VlmQ.Datasets.Tests.Tokenization;

public sealed class SentencePieceFolderTests : IDisposable
{
    private const int Space = 262;
    private const int UserDefined = 266;

    private readonly TemporaryFolder _folder = new();

    public SentencePieceFolderTests() => File.WriteAllBytes(_folder["tokenizer.model"], SentencePieceFiles.Whole());

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Text_comes_back_and_pieces_that_steer_are_cut_out()
    {
        TextTokenizer tokenizer = Load();

        Assert.Equal((1, 2, 2), (tokenizer.BeginToken, tokenizer.EndToken, tokenizer.PadToken));
        Assert.Equal((267, 268), (tokenizer.ImageToken, tokenizer.Count));
        Assert.Equal("hello 🙂", tokenizer.Decode(tokenizer.Encode("hello 🙂").AsSpan()));
        Assert.Equal([Space, 2], tokenizer.Encode("</s>"));
        Assert.DoesNotContain(2, tokenizer.EncodePlain("</s>"));
    }

    [Fact]
    public void Words_that_go_on_after_others_have_no_space_in_front()
    {
        TextTokenizer tokenizer = Load();

        Assert.Equal(261, tokenizer.Encode("he")[0]);
        Assert.Equal(["h", "e"], tokenizer.EncodePlain("he").Select(id => tokenizer.Decode([id])));
    }

    [Fact]
    public void A_user_defined_piece_is_found_as_a_whole() => Assert.Equal([Space, UserDefined], Load().Encode("[x]"));

    [Fact]
    public void The_configuration_lists_added_tokens_with_their_rules()
    {
        File.WriteAllText(
            _folder["tokenizer_config.json"],
            """
            {"legacy": false, "eos_token": "<|end|>", "pad_token": "<pad>",
             "added_tokens_decoder": {"267": {"content": "<|end|>", "rstrip": true, "special": true}, "268": {"content": "<pad>"}}}
            """
        );

        TextTokenizer tokenizer = Load();

        Assert.Equal((267, 268, 269), (tokenizer.EndToken, tokenizer.PadToken, tokenizer.ImageToken));
        Assert.Equal([267, 264], tokenizer.Encode("<|end|>\n  e"));
        Assert.Equal([268, Space, 264], tokenizer.Encode("<pad> e"));
    }

    [Theory]
    [InlineData("{\"legacy\": true}", "legacy")]
    [InlineData("{\"added_tokens_decoder\": {\"x\": {\"content\": \"a\"}}}", "added_tokens_decoder['x']")]
    [InlineData("{\"added_tokens_decoder\": {\"3\": {\"content\": \"a\"}}}", "added_tokens_decoder['3']")]
    [InlineData("{\"added_tokens_decoder\": {\"300\": {\"content\": \"h\"}}}", "added_tokens_decoder['300']")]
    public void A_configuration_that_does_not_fit_is_refused(string configuration, string where)
    {
        File.WriteAllText(_folder["tokenizer_config.json"], configuration);

        Fault fault = TransitionFolders.FaultOf(TextTokenizer.Load(_folder.Path));

        Assert.Equal((FaultKind.Data, $"{_folder["tokenizer_config.json"]}: {where}"), (fault.Kind, fault.Where));
    }

    [Fact]
    public void Of_two_forms_in_one_folder_the_file_that_is_named_is_read()
    {
        string alone = Load().Digest;
        File.WriteAllText(_folder["tokenizer.json"], TokenizerFiles.ByteLevelJson());

        Assert.NotEqual(alone, Load().Digest);
        Assert.Equal(alone, TextTokenizer.Load(_folder["tokenizer.model"]).OrThrow().Digest);
        Assert.Equal(Load().Digest, TextTokenizer.Load(_folder["tokenizer.json"]).OrThrow().Digest);
    }

    [Fact]
    public void A_stream_gives_no_half_characters_and_all_of_the_text()
    {
        TextTokenizer tokenizer = Load();
        TextStream stream = tokenizer.OpenStream();
        string[] parts = [.. tokenizer.Encode("hello 🙂 é").Select(stream.Push), stream.Finish()];

        Assert.Equal("hello 🙂 é", string.Concat(parts));
        Assert.Contains("🙂", parts);
    }

    private TextTokenizer Load() => TextTokenizer.Load(_folder.Path).OrThrow();
}
