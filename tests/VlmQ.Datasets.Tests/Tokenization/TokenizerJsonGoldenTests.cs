using System.Text.Json;
using VlmQ.Datasets.Tests.Support;
using VlmQ.Datasets.Tokenization;
using VlmQ.Datasets.Tokenization.Files;

namespace VlmQ.Datasets.Tests.Tokenization;

/// <summary>Ids and texts of the Rust library, for every kind of file.</summary>
[Trait("Category", "Golden")]
public sealed class TokenizerJsonGoldenTests
{
    public static TheoryData<string, string, string, string> Kinds { get; } =
        new()
        {
            { "byte-bpe-tiny", "tokenizer.json", "vectors.json", "decode.json" },
            { "llama-bpe-tiny", "tokenizer.json", "vectors.json", "decode.json" },
            { "llama-bpe-tiny", "tokenizer.metaspace.json", "vectors.metaspace.json", "decode.metaspace.json" },
            { "split-bpe-tiny", "tokenizer.json", "vectors.json", "decode.json" },
            { "superword-bpe-tiny", "tokenizer.json", "vectors.json", "decode.json" },
        };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_string_has_the_reference_ids_and_texts(string folder, string file, string vectors, string _)
    {
        PipelineCodec codec = Open(folder, file);
        JsonElement[] rows = TokenizerVectors.Rows(folder, vectors);
        Assert.Equal(215, rows.Length);
        Assert.All(
            rows,
            row =>
            {
                string text = TokenizerVectors.Text(row, "text");
                List<int> ids = [];
                codec.Encode(text, special: true, first: true, ids);
                Assert.Equal(TokenizerVectors.Ids(row, "ids"), ids);
                int[] framed = [.. codec.Frame.Before, .. ids, .. codec.Frame.After];
                Assert.Equal(TokenizerVectors.Ids(row, "ids_with_special", "ids"), framed);
                AssertDecodes(
                    codec,
                    [.. ids],
                    TokenizerVectors.Text(row, "decoded", "text"),
                    TokenizerVectors.Text(row, "decoded_skip_special", "decoded", "text")
                );
            }
        );
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_list_of_ids_has_the_reference_text(string folder, string file, string _, string lists)
    {
        PipelineCodec codec = Open(folder, file);
        Assert.All(
            TokenizerVectors.Rows(folder, lists),
            row =>
                AssertDecodes(
                    codec,
                    TokenizerVectors.Ids(row, "ids"),
                    TokenizerVectors.Text(row, "decoded"),
                    TokenizerVectors.Text(row, "decoded_skip_special", "decoded")
                )
        );
    }

    private static PipelineCodec Open(string folder, string file)
    {
        string path = TokenizerVectors.PathOf(folder, file);
        return new PipelineCodec(TokenizerJson.Read(File.ReadAllBytes(path), path));
    }

    private static void AssertDecodes(TokenCodec codec, int[] ids, string decoded, string withoutSpecial)
    {
        Assert.Equal(decoded, codec.Decode(ids, skipSpecial: false));
        Assert.Equal(withoutSpecial, codec.Decode(ids, skipSpecial: true));
    }
}
