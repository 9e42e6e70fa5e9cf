using System.Text.Json;
using VlmQ.Datasets.Tokenization.Merging;

namespace VlmQ.Datasets.Tokenization.Files;

/// <summary>The vocabulary and merges of a <c>tokenizer.json</c>.</summary>
/// <param name="Vocabulary">Token → id.</param>
/// <param name="Model">What turns a piece into ids.</param>
internal sealed record ModelSection(Dictionary<string, int> Vocabulary, BytePairModel Model)
{
    /// <summary>Reads the section.</summary>
    /// <exception cref="Core.Episodes.FaultException">It is not whole, or no byte-pair model.</exception>
    public static ModelSection Read(JsonNode model)
    {
        model.Find("type")?.OneOf("BPE");
        foreach (string name in (ReadOnlySpan<string>)["dropout", "continuing_subword_prefix", "end_of_word_suffix"])
        {
            if (model.Find(name) is { } other && other.Element.ValueKind != JsonValueKind.String)
            {
                throw other.Refuse($"'{name}' is not supported", "use a tokenizer without it");
            }
            if (model.Find(name) is { } set && set.Text().Length > 0)
            {
                throw set.Refuse($"'{name}' is not supported", "use a tokenizer without it");
            }
        }
        Dictionary<string, int> vocabulary = ReadVocabulary(model.Get("vocab"));
        PairMerges merges = ReadMerges(model.Get("merges"), vocabulary);
        int? unknown = model.Find("unk_token") is { } token
            ? vocabulary.TryGetValue(token.Text(), out int id)
                ? id
                : throw token.Refuse($"the token '{JsonNode.Shown(token.Text())}' is not in the vocabulary")
            : null;
        return new ModelSection(
            vocabulary,
            new BytePairModel(
                vocabulary,
                merges,
                unknown,
                model.Flag("fuse_unk", false),
                model.Flag("byte_fallback", false),
                model.Flag("ignore_merges", false)
            )
        );
    }

    /// <summary>Reads <c>{"token": id}</c>: no id twice.</summary>
    public static Dictionary<string, int> ReadVocabulary(JsonNode node)
    {
        Dictionary<string, int> vocabulary = new(StringComparer.Ordinal);
        HashSet<int> taken = [];
        foreach ((string token, JsonNode value) in node.Properties())
        {
            int id = value.Number(0, TokenizerJson.MostIds - 1);
            vocabulary.Add(token, taken.Add(id) ? id : throw value.Refuse($"the id {id} has another token too"));
        }
        return vocabulary;
    }

    private static PairMerges ReadMerges(JsonNode list, Dictionary<string, int> vocabulary)
    {
        PairMerges merges = new();
        int rank = 0;
        foreach (JsonNode merge in list.Items(TokenizerJson.MostIds))
        {
            (string left, string right) = ReadPair(merge);
            foreach (string token in (ReadOnlySpan<string>)[left, right, left + right])
            {
                if (!vocabulary.ContainsKey(token))
                {
                    throw merge.Refuse(
                        $"the merge of '{JsonNode.Shown(left)}' and '{JsonNode.Shown(right)}' needs the token "
                            + $"'{JsonNode.Shown(token)}', which is not in the vocabulary",
                        "restore the file; vocabulary and merges belong to different tokenizers"
                    );
                }
            }
            merges.Set(vocabulary[left], vocabulary[right], rank++, vocabulary[left + right]);
        }
        return merges;
    }

    private static (string Left, string Right) ReadPair(JsonNode merge)
    {
        if (merge.Element.ValueKind == JsonValueKind.Array)
        {
            JsonNode[] parts = [.. merge.Items(2)];
            return parts.Length == 2 ? (parts[0].Word(), parts[1].Word()) : throw merge.Refuse("a merge has two parts");
        }
        return merge.Text().Split(' ') is [{ Length: > 0 } left, { Length: > 0 } right]
            ? (left, right)
            : throw merge.Refuse("a merge is two tokens with a space between them");
    }
}
