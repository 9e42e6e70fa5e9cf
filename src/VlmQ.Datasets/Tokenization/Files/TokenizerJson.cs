using System.Collections.Immutable;
using System.Text.Json;
using VlmQ.Datasets.Tokenization.Added;
using VlmQ.Datasets.Tokenization.Decoding;

namespace VlmQ.Datasets.Tokenization.Files;

/// <summary>
/// Reads the <c>tokenizer.json</c> of the Rust tokenizers library, in the subset of byte-pair tokenizers. What would change ids and is not
/// supported is refused by name, never passed over.
/// </summary>
internal static class TokenizerJson
{
    /// <summary>Ids are below this.</summary>
    public const int MostIds = 1 << 24;

    /// <summary>An added token is at most this long.</summary>
    public const int LongestAdded = 1024;

    /// <summary>There are at most this many added tokens.</summary>
    public const int MostAdded = 1 << 16;

    private const int MostParts = 64;

    /// <summary>Reads a file's bytes.</summary>
    /// <param name="json">The bytes.</param>
    /// <param name="file">The name that faults carry.</param>
    /// <exception cref="Core.Episodes.FaultException">It is not whole, or outside the subset; the fault names what in the file.</exception>
    public static Pipeline Read(byte[] json, string file)
    {
        JsonNode root = JsonNode.Parse(json, file);
        root.Expect(JsonValueKind.Object, "an object");
        ModelSection model = ModelSection.Read(root.Get("model"));
        ImmutableArray<AddedToken> added = root.Find("added_tokens") is { } tokens ? ReadAdded(tokens, model.Vocabulary) : [];
        (ImmutableArray<int> before, ImmutableArray<int> after) = root.Find("post_processor") is { } processor
            ? ReadFrame(processor)
            : ([], []);
        return new Pipeline
        {
            Vocabulary = model.Vocabulary,
            Model = model.Model,
            Added = added,
            Normalizer = root.Find("normalizer") is { } normalizer ? TextStages.ReadNormalizer(normalizer) : null,
            Splitter = root.Find("pre_tokenizer") is { } splitter ? TextStages.ReadSplitter(splitter) : null,
            Before = before,
            After = after,
            Decoders = root.Find("decoder") is { } decoder ? DecoderSection.Read(decoder) : [new TokenDecoder.Spaced()],
        };
    }

    private static ImmutableArray<AddedToken> ReadAdded(JsonNode list, Dictionary<string, int> vocabulary)
    {
        Dictionary<int, string> tokens = [];
        foreach ((string token, int id) in vocabulary)
        {
            tokens.Add(id, token);
        }
        HashSet<string> contents = [];
        ImmutableArray<AddedToken>.Builder added = ImmutableArray.CreateBuilder<AddedToken>();
        foreach (JsonNode node in list.Items(MostAdded))
        {
            AddedToken token = new(
                node.Get("content").Word(LongestAdded),
                node.Get("id").Number(0, MostIds - 1),
                node.Flag("single_word", false),
                node.Flag("lstrip", false),
                node.Flag("rstrip", false),
                node.Flag("normalized", true),
                node.Flag("special", false)
            );
            if (!contents.Add(token.Content))
            {
                throw node.Refuse($"the added token '{JsonNode.Shown(token.Content)}' occurs twice");
            }
            if (vocabulary.TryGetValue(token.Content, out int id) && id != token.Id)
            {
                throw node.Refuse(
                    $"the added token '{JsonNode.Shown(token.Content)}' has id {token.Id}, in the vocabulary {id}",
                    "restore the file; vocabulary and added tokens belong to different tokenizers"
                );
            }
            if (tokens.TryGetValue(token.Id, out string? other) && other != token.Content)
            {
                throw node.Refuse(
                    $"the id {token.Id} of '{JsonNode.Shown(token.Content)}' is that of '{JsonNode.Shown(other)}' too",
                    "restore the file; vocabulary and added tokens belong to different tokenizers"
                );
            }
            tokens[token.Id] = token.Content;
            added.Add(token);
        }
        return added.ToImmutable();
    }

    private static (ImmutableArray<int> Before, ImmutableArray<int> After) ReadFrame(JsonNode processor)
    {
        switch (processor.Get("type").OneOf("ByteLevel", "TemplateProcessing", "Sequence"))
        {
            case "TemplateProcessing":
                return ReadTemplate(processor);
            case "Sequence":
                ImmutableArray<int> before = [];
                ImmutableArray<int> after = [];
                foreach (JsonNode part in processor.Get("processors").Items(MostParts))
                {
                    (ImmutableArray<int> outerBefore, ImmutableArray<int> outerAfter) = ReadFrame(part);
                    (before, after) = ([.. outerBefore, .. before], [.. after, .. outerAfter]);
                }
                return (before, after);
            default:
                return ([], []);
        }
    }

    private static (ImmutableArray<int> Before, ImmutableArray<int> After) ReadTemplate(JsonNode template)
    {
        List<int> before = [];
        List<int> after = [];
        bool text = false;
        foreach (JsonNode part in template.Get("single").Items(MostParts))
        {
            if (part.Find("SpecialToken") is { } special)
            {
                string name = special.Get("id").Text();
                JsonNode known = template.Get("special_tokens").Get(name);
                foreach (JsonNode id in known.Get("ids").Items(MostParts))
                {
                    (text ? after : before).Add(id.Number(0, MostIds - 1));
                }
                continue;
            }
            part.Get("Sequence").Get("id").OneOf("A");
            text = text ? throw part.Refuse("the text stands twice in the template") : true;
        }
        return text ? ([.. before], [.. after]) : throw template.Refuse("the template has no place for the text");
    }
}
