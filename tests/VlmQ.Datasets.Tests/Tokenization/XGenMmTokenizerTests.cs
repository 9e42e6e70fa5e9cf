using System.Collections.Immutable;
using System.Text.Json;
using VlmQ.Core.Episodes;
using VlmQ.Core.Imaging;
using VlmQ.Core.Prompting;
using VlmQ.Datasets.Tests.Support;
using VlmQ.Datasets.Tokenization;
using VlmQ.Tests.Shared;

namespace VlmQ.Datasets.Tests.Tokenization;

public sealed class XGenMmTokenizerTests : IDisposable
{
    private const string Model = "xgen-mm-phi3-mini-instruct-interleave-r-v1.5";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    [Trait("Category", "Golden")]
    public void A_chat_prompt_has_the_references_ids_the_lone_space_and_the_newline_behind_the_image_included()
    {
        TextTokenizer tokenizer = TextTokenizer.Load(Fixtures.PathOf("models", Model), "<|end|>").OrThrow();
        ChatFormat chat = ShippedPrompts.Catalog.FindChat("xgen-mm").OrThrow();
        PromptTemplate template = new("any", "asked", "What should the player do next?", chat: chat);
        RgbImage picture = new(1, 1, [0, 0, 0]);

        ImmutableArray<int> ids = tokenizer.Encode(template.Render([], new Observation(picture, "", "")));

        Assert.Equal(Inputs().GetProperty("cases").GetProperty("a").GetProperty("prompt_ids").EnumerateArray().Select(Id), ids);
        Assert.Equal((612, 607, 611, 615), (tokenizer.ImageToken, tokenizer.EndToken, tokenizer.PadToken, tokenizer.Count));
        // A space that stands for the beginning, and then the system's token: of the other ways to read the files, none gives this.
        Assert.Equal([505, 606], ids[..2]);
        Assert.Equal([612, 13], ids.AsSpan(ids.IndexOf(612), 2).ToArray());
    }

    [Fact]
    [Trait("Category", "Golden")]
    public void A_message_with_pictures_among_words_and_a_prompt_without_pictures_have_the_references_ids()
    {
        TextTokenizer tokenizer = TextTokenizer.Load(Fixtures.PathOf("models", Model), "<|end|>").OrThrow();
        JsonElement inputs = Inputs();
        JsonElement two = inputs.GetProperty("cases").GetProperty("b");
        string Prompt(string message) =>
            $"<|system|>\n{inputs.GetProperty("system").GetString()}<|end|>\n<|user|>\n{message}<|end|>\n<|assistant|>\n";

        Assert.Equal(
            two.GetProperty("prompt_ids").EnumerateArray().Select(Id),
            tokenizer.Encode(Prompt(two.GetProperty("user_message").GetString()!))
        );
        foreach (JsonProperty each in inputs.GetProperty("cases").EnumerateObject())
        {
            string answer = each.Value.GetProperty("answer").GetString()!;
            int[] expected = [.. each.Value.GetProperty("answer_ids").EnumerateArray().Select(Id)];
            Assert.Equal(expected, tokenizer.EncodePlain(answer).Add(tokenizer.EndToken));
            Assert.Equal(answer, tokenizer.DecodePlain(expected).TrimStart());
        }
    }

    [Fact]
    public void The_models_own_code_adds_pad_and_image_behind_the_files_tokens()
    {
        WritePhi();

        TextTokenizer tokenizer = TextTokenizer.Load(_folder.Path).OrThrow();

        Assert.Equal((271, 272, 275), (tokenizer.PadToken, tokenizer.ImageToken, tokenizer.Count));
        Assert.Equal([272, 273, 274], tokenizer.Encode("<image><image placeholder><|endofchunk|>"));
        Assert.Equal(262, tokenizer.Encode("<|user|>")[0]);
        Assert.DoesNotContain(272, tokenizer.EncodePlain("<image>"));
    }

    [Theory]
    [InlineData("\"272\": {\"content\": \"<|other|>\"}", "'<image>' has the id 272, which is that of '<|other|>' in the tokenizer")]
    [InlineData("\"280\": {\"content\": \"<image>\"}", "'<image>' has the id 272, but 280 in the tokenizer beside it")]
    public void A_tokenizer_of_another_model_is_refused(string added, string what)
    {
        WritePhi(added);

        Fault fault = TransitionFolders.FaultOf(TextTokenizer.Load(_folder.Path));

        Assert.Equal(FaultKind.Data, fault.Kind);
        Assert.Equal(_folder["config.json"] + ": text_config.initial_tokenizer_len", fault.Where);
        Assert.Contains(what, fault.What, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_the_configuration_says_that_the_additional_ids_begin_is_part_of_the_digest()
    {
        WritePhi();
        string digest = TextTokenizer.Load(_folder.Path).OrThrow().Digest;
        File.WriteAllText(_folder["config.json"], """{"text_config": {"initial_tokenizer_len": 273, "vocab_size": 300}}""");

        Assert.NotEqual(digest, TextTokenizer.Load(_folder.Path).OrThrow().Digest);
    }

    // A sentencepiece model of 267 pieces with some of Phi-3's added tokens, as its own files list them.
    private void WritePhi(string more = "\"270\": {\"content\": \"<|end|>\", \"rstrip\": true}")
    {
        File.WriteAllBytes(_folder["tokenizer.model"], SentencePieceFiles.Whole());
        File.WriteAllText(_folder["config.json"], """{"text_config": {"initial_tokenizer_len": 272, "vocab_size": 300}}""");
        string tokens = "\"267\": {\"content\": \"<|endoftext|>\"}, \"268\": {\"content\": \"<|user|>\", \"rstrip\": true}, " + more;
        File.WriteAllText(
            _folder["tokenizer_config.json"],
            $$"""{"legacy": false, "eos_token": "<|endoftext|>", "pad_token": "<|endoftext|>", "added_tokens_decoder": { {{tokens}} } }"""
        );
    }

    private static JsonElement Inputs()
    {
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(Fixtures.PathOf("models", Model, "inputs.json")));
        return json.RootElement.Clone();
    }

    private static int Id(JsonElement id) => id.GetInt32();
}
