using System.Text.Json;
using VlmQ.Tests.Shared;

namespace Microsoft.ML.Tokenizers.Tests;

/// <summary>
/// Ids and texts from the reference implementations. The real package differs from them on letters beyond U+FFFF and on cut-off UTF-8.
/// </summary>
[Trait("Category", "Golden")]
public sealed class StandInGoldenTests
{
    private const int EndOfText = 560;

    [Fact]
    public void Every_string_has_the_reference_ids_and_comes_back()
    {
        BpeTokenizer tokenizer = Vocabularies.Golden();
        int rows = 0;
        foreach (JsonElement row in Rows("vectors.json"))
        {
            string text = row.GetProperty("text").GetString()!;
            int[] ids = Ids(row);
            Assert.Equal(ids, tokenizer.EncodeToIds(text));
            Assert.Equal(ids, tokenizer.EncodeToIds(text.AsSpan()));
            Assert.Equal(ids, tokenizer.EncodeToTokens(text, out _).Select(token => token.Id));
            string decoded = row.TryGetProperty("decoded", out JsonElement other) ? other.GetString()! : text;
            Assert.Equal(decoded, tokenizer.Decode(ids));
            string skipped = row.TryGetProperty("decoded_skip_special", out other) ? other.GetString()! : decoded;
            Assert.Equal(skipped, tokenizer.Decode(ids.Where(id => id != EndOfText)));
            rows++;
        }
        Assert.Equal(215, rows);
    }

    [Fact]
    public void Every_list_of_ids_decodes_to_the_reference_text()
    {
        BpeTokenizer tokenizer = Vocabularies.Golden();
        foreach (JsonElement row in Rows("decode.json"))
        {
            int[] ids = Ids(row);
            string decoded = row.GetProperty("decoded").GetString()!;
            Assert.Equal(decoded, tokenizer.Decode(ids));
            char[] destination = new char[decoded.Length];
            Assert.Equal(
                System.Buffers.OperationStatus.Done,
                tokenizer.Decode(ids, destination, out int idsConsumed, out int charsWritten)
            );
            Assert.Equal((ids.Length, decoded), (idsConsumed, new string(destination, 0, charsWritten)));
        }
    }

    private static JsonElement[] Rows(string file)
    {
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(Fixtures.PathOf("models", "tokenizers", "byte-bpe-tiny", file)));
        return [.. json.RootElement.GetProperty("vectors").Clone().EnumerateArray()];
    }

    private static int[] Ids(JsonElement row) => [.. row.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32())];
}
