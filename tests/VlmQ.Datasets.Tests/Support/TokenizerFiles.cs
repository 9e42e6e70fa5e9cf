using System.Text.Json;

namespace VlmQ.Datasets.Tests.Support;

/// <summary>Small <c>tokenizer.json</c> files.</summary>
internal static class TokenizerFiles
{
    /// <summary>One of every stage: characters, a few merges, one added token.</summary>
    public static string Json() =>
        """
            {"version":"1.0","truncation":null,"padding":null,
            "added_tokens":[{"id":6,"content":"<eos>","single_word":false,"lstrip":false,"rstrip":true,"normalized":false,"special":true},
            {"id":7,"content":"word","single_word":true,"lstrip":true,"rstrip":false,"normalized":true,"special":false}],
            "normalizer":{"type":"Sequence","normalizers":[{"type":"NFC"},{"type":"Prepend","prepend":"\u2581"},
            {"type":"Replace","pattern":{"String":" "},"content":"\u2581"}]},
            "pre_tokenizer":{"type":"Sequence","pretokenizers":[
            {"type":"Split","pattern":{"Regex":"\\p{N}{1,3}"},"behavior":"Isolated","invert":false},
            {"type":"Digits","individual_digits":false},
            {"type":"Metaspace","replacement":"\u2581","prepend_scheme":"first","split":true}]},
            "post_processor":{"type":"TemplateProcessing","single":[{"Sequence":{"id":"A"}},{"SpecialToken":{"id":"<eos>"}}],
            "special_tokens":{"<eos>":{"id":"<eos>","ids":[6]}}},
            "decoder":{"type":"Sequence","decoders":[{"type":"Replace","pattern":{"String":"\u2581"},"content":" "},
            {"type":"ByteFallback"},{"type":"Fuse"},{"type":"Strip","content":" ","start":1,"stop":0}]},
            "model":{"type":"BPE","dropout":null,"unk_token":"?","fuse_unk":true,"byte_fallback":false,"ignore_merges":false,
            "continuing_subword_prefix":null,"end_of_word_suffix":"",
            "vocab":{"a":0,"b":1,"ab":2,"?":3,"\u2581":4,"\u2581ab":5},"merges":["a b",["\u2581","ab"]]}}
            """;

    /// <summary>The alphabet of bytes with GPT-2's words, a few merges and an end.</summary>
    public static string ByteLevelJson()
    {
        Dictionary<string, int> vocabulary = [];
        for (int value = 0; value < 256; value++)
        {
            vocabulary.Add(Datasets.Tokenization.Merging.ByteAlphabet.Character((byte)value).ToString(), vocabulary.Count);
        }
        string[][] merges =
        [
            ["a", "a"],
            ["aa", "aa"],
            ["Ġ", "Ġ"],
            ["ĠĠ", "ĠĠ"],
            ["ð", "Ł"],
            ["ðŁ", "Ļ"],
            ["Ġ", "b"],
            ["h", "e"],
        ];
        foreach (string[] merge in merges)
        {
            vocabulary.Add(string.Concat(merge), vocabulary.Count);
        }
        return JsonSerializer.Serialize(
            new
            {
                added_tokens = new[]
                {
                    new
                    {
                        id = 300,
                        content = "<|endoftext|>",
                        normalized = false,
                        special = true,
                    },
                },
                pre_tokenizer = new { type = "ByteLevel", add_prefix_space = false },
                decoder = new { type = "ByteLevel" },
                model = new
                {
                    type = "BPE",
                    vocab = vocabulary,
                    merges,
                },
            }
        );
    }

    /// <summary>All of them.</summary>
    public static IEnumerable<string> Kinds() => [Json(), ByteLevelJson()];
}
