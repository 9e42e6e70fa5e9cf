using System.Text.Json;
using System.Text.RegularExpressions;
using VlmQ.Tests.Shared;

namespace Microsoft.ML.Tokenizers.Tests;

/// <summary>Tokenizers for tests.</summary>
internal static class Vocabularies
{
    public const string Gpt2Pattern = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    public static Regex Gpt2Regex { get; } = new(Gpt2Pattern, RegexOptions.Compiled | RegexOptions.CultureInvariant);

    /// <summary>The 256 bytes, two special tokens, and a few merges.</summary>
    public static BpeTokenizer Small(Regex? regex = null, IReadOnlyList<string>? merges = null)
    {
        merges ??= ["h e", "l l", "he ll", "hell o", "Ġ w", "o r", "Ġw or", "l d", "Ġwor ld", "Ã ©"];
        Dictionary<string, int> vocabulary = new() { ["<pad>"] = 0, ["<image>"] = 1 };
        foreach (string symbol in ByteSymbols())
        {
            vocabulary.Add(symbol, vocabulary.Count);
        }
        foreach (string merge in merges)
        {
            vocabulary.TryAdd(merge.Replace(" ", "", StringComparison.Ordinal), vocabulary.Count);
        }
        Dictionary<string, int> special = new()
        {
            ["<pad>"] = 0,
            ["<image>"] = 1,
            ["<image><image>"] = 900,
        };
        return BpeTokenizer.Create(
            new BpeOptions(vocabulary)
            {
                Merges = merges,
                ByteLevel = true,
                SpecialTokens = special,
                PreTokenizer = new RegexPreTokenizer(regex ?? Gpt2Regex, special),
            }
        );
    }

    /// <summary>The small GPT-2-like vocabulary of the golden data, white-space runs included.</summary>
    public static BpeTokenizer Golden()
    {
        string path = Fixtures.PathOf("models", "tokenizers", "byte-bpe-tiny", "tokenizer.json");
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(path));
        JsonElement model = json.RootElement.GetProperty("model");
        Dictionary<string, int> special = json
            .RootElement.GetProperty("added_tokens")
            .EnumerateArray()
            .OrderByDescending(token => token.GetProperty("content").GetString()!.Length)
            .ToDictionary(token => token.GetProperty("content").GetString()!, token => token.GetProperty("id").GetInt32());
        return BpeTokenizer.Create(
            new BpeOptions(model.GetProperty("vocab").EnumerateObject().ToDictionary(entry => entry.Name, entry => entry.Value.GetInt32()))
            {
                Merges = [.. model.GetProperty("merges").EnumerateArray().Select(merge => merge.GetString()!)],
                ByteLevel = true,
                SpecialTokens = special,
                PreTokenizer = new RegexPreTokenizer(Gpt2Regex, special),
            }
        );
    }

    public static IEnumerable<string> ByteSymbols()
    {
        int next = 256;
        for (int value = 0; value < 256; value++)
        {
            bool printable = value is (>= 33 and <= 126) or (>= 161 and <= 172) or >= 174;
            yield return ((char)(printable ? value : next++)).ToString();
        }
    }
}
