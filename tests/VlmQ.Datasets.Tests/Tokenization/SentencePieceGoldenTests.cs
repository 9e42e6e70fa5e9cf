using System.Text.Json;
using VlmQ.Datasets.Tests.Support;
using VlmQ.Datasets.Tokenization.SentencePieces;

namespace VlmQ.Datasets.Tests.Tokenization;

/// <summary>Ids and texts of the sentencepiece library and of the slow Llama tokenizer.</summary>
[Trait("Category", "Golden")]
public sealed class SentencePieceGoldenTests
{
    private const string Folder = "sentencepiece-bpe-tiny";

    // Appended to a file, a second normalizer_spec that is merged into the first: add_dummy_prefix = false.
    private static readonly byte[] WithoutDummyPrefix = [0x1A, 0x02, 0x18, 0x00];

    private static string Model => TokenizerVectors.PathOf(Folder, "tokenizer.model");

    [Fact]
    public void Every_string_has_the_ids_of_the_library_and_comes_back()
    {
        SentencePieceModel model = SentencePieceFile.Read(File.ReadAllBytes(Model), Model);
        Assert.True(model.AddsDummyPrefix);
        SentencePieceEncoder encoder = new(model);
        SentencePieceCodec codec = new(model, [], []);
        foreach (JsonElement row in Rows())
        {
            string text = TokenizerVectors.Text(row, "text");
            List<int> ids = [];
            encoder.Encode(text, model.AddsDummyPrefix, ids);
            Assert.Equal(TokenizerVectors.Ids(row, "ids"), ids);
            Assert.Equal(TokenizerVectors.Text(row, "decoded", "text"), codec.Decode([.. ids], skipSpecial: false));
        }
    }

    [Fact]
    public void Without_the_dummy_prefix_every_string_has_the_ids_of_the_library()
    {
        SentencePieceModel model = SentencePieceFile.Read([.. File.ReadAllBytes(Model), .. WithoutDummyPrefix], Model);
        Assert.False(model.AddsDummyPrefix);
        SentencePieceEncoder encoder = new(model);
        foreach (JsonElement row in Rows())
        {
            List<int> ids = [];
            encoder.Encode(TokenizerVectors.Text(row, "text"), model.AddsDummyPrefix, ids);
            Assert.Equal(TokenizerVectors.Ids(row, "ids_no_dummy_prefix", "ids"), ids);
        }
    }

    [Fact]
    public void With_added_tokens_every_string_has_the_ids_of_the_slow_tokenizer()
    {
        SentencePieceModel model = SentencePieceFile.Read(File.ReadAllBytes(Model), Model);
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(TokenizerVectors.PathOf(Folder, "vectors.json")));
        Dictionary<string, int> ids = new()
        {
            ["<unk>"] = 0,
            ["<s>"] = 1,
            ["</s>"] = 2,
        };
        foreach (JsonProperty token in json.RootElement.GetProperty("added_tokens").EnumerateObject())
        {
            ids.Add(token.Name, token.Value.GetInt32());
        }
        SentencePieceCodec codec = new(model, PhiTokens.Added(ids), PhiTokens.Named);
        foreach (JsonElement row in Rows())
        {
            List<int> encoded = [];
            codec.Encode(TokenizerVectors.Text(row, "text"), special: true, first: true, encoded);
            Assert.Equal(TokenizerVectors.Ids(row, "hf_slow_ids"), encoded);
        }
    }

    private static JsonElement[] Rows()
    {
        JsonElement[] rows = TokenizerVectors.Rows(Folder, "vectors.json");
        Assert.Equal(215, rows.Length);
        return rows;
    }
}
