using System.Collections.Immutable;
using System.Text;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Tokenization.Added;
using VlmQ.Datasets.Tokenization.Decoding;
using VlmQ.Datasets.Tokenization.Merging;

namespace VlmQ.Datasets.Tokenization.Files;

/// <summary>
/// GPT-2's own files, <c>vocab.json</c> and <c>merges.txt</c>, with CodeGen's runs of spaces and tabs where <c>added_tokens.json</c> lists
/// them.
/// </summary>
internal static class Gpt2Files
{
    /// <summary>The one special token.</summary>
    public const string End = "<|endoftext|>";

    /// <summary>Puts the files together.</summary>
    /// <param name="vocabulary">Token → id.</param>
    /// <param name="merges">The lines of pairs; the first may be a comment.</param>
    /// <param name="mergesFile">The name that faults of the merges carry.</param>
    /// <param name="added">Added tokens → id; null for none.</param>
    /// <exception cref="FaultException">A file is not whole, or they do not fit each other.</exception>
    public static Pipeline Read(JsonNode vocabulary, byte[] merges, string mergesFile, JsonNode? added)
    {
        Dictionary<string, int> ids = ModelSection.ReadVocabulary(vocabulary);
        BytePairModel model = new(ids, ReadMerges(Encoding.UTF8.GetString(merges), mergesFile, ids), null, false, false, false);
        return new Pipeline
        {
            Vocabulary = ids,
            Model = model,
            Added = ReadAdded(added, ids),
            Splitter = TextStages.Gpt2Splitter,
            Decoders = [new TokenDecoder.ByteLevel()],
        };
    }

    private static PairMerges ReadMerges(string text, string file, Dictionary<string, int> ids)
    {
        PairMerges merges = new();
        int line = 0;
        foreach (string row in text.Split('\n'))
        {
            line++;
            string pair = row.TrimEnd('\r');
            if (pair.Length == 0 || (line == 1 && pair.StartsWith('#')))
            {
                continue;
            }
            if (
                pair.Split(' ') is not [var left, var right]
                || !ids.TryGetValue(left, out int leftId)
                || !ids.TryGetValue(right, out int rightId)
                || !ids.TryGetValue(left + right, out int product)
            )
            {
                string what = $"'{JsonNode.Shown(pair)}' is no merge of two tokens into a third";
                throw new FaultException(Fault.Data(what, $"{file}: line {line}", "restore the file of this vocabulary"));
            }
            merges.Set(leftId, rightId, line, product);
        }
        return merges;
    }

    private static ImmutableArray<AddedToken> ReadAdded(JsonNode? added, Dictionary<string, int> ids)
    {
        ImmutableArray<AddedToken>.Builder tokens = ImmutableArray.CreateBuilder<AddedToken>();
        if (ids.TryGetValue(End, out int end))
        {
            tokens.Add(new AddedToken(End, end));
        }
        HashSet<int> taken = [.. ids.Values];
        foreach ((string token, JsonNode node) in added?.Properties() ?? [])
        {
            int id = node.Number(0, TokenizerJson.MostIds - 1);
            if (ids.TryGetValue(token, out int known) && known == id)
            {
                continue;
            }
            if (token.Length is 0 or > TokenizerJson.LongestAdded || ids.ContainsKey(token) || !taken.Add(id))
            {
                throw node.Refuse(
                    $"'{JsonNode.Shown(token)}' with id {id} does not fit the vocabulary",
                    "restore the file of this vocabulary"
                );
            }
            tokens.Add(new AddedToken(token, id, Special: false));
        }
        return tokens.ToImmutable();
    }
}
