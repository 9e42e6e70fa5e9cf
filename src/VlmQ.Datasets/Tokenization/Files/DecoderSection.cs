using System.Collections.Immutable;
using VlmQ.Datasets.Tokenization.Decoding;

namespace VlmQ.Datasets.Tokenization.Files;

/// <summary>The decoder of a <c>tokenizer.json</c>.</summary>
internal static class DecoderSection
{
    private const int MostParts = 16;
    private const int LongestString = 64;
    private const int MostGrowth = 256;

    /// <summary>Reads the section.</summary>
    /// <exception cref="Core.Episodes.FaultException">It has a decoder that is not supported.</exception>
    public static ImmutableArray<TokenDecoder> Read(JsonNode node)
    {
        ImmutableArray<TokenDecoder>.Builder decoders = ImmutableArray.CreateBuilder<TokenDecoder>();
        Read(node, decoders);
        long growth = decoders
            .OfType<TokenDecoder.Replace>()
            .Aggregate(1L, (growth, replace) => Math.Min(int.MaxValue, growth * Math.Max(1, replace.Content.Length)));
        return growth <= MostGrowth
            ? decoders.ToImmutable()
            : throw node.Refuse($"the decoders may make a text more than {MostGrowth} times longer", "use another tokenizer");
    }

    private static void Read(JsonNode node, ImmutableArray<TokenDecoder>.Builder decoders)
    {
        string type = node.Get("type").OneOf("Sequence", "ByteLevel", "Replace", "ByteFallback", "Fuse", "Strip", "Metaspace");
        if (type == "Sequence")
        {
            foreach (JsonNode part in node.Get("decoders").Items(MostParts))
            {
                Read(part, decoders);
            }
            return;
        }
        if (decoders.Count == MostParts)
        {
            throw node.Refuse($"there are more than {MostParts} decoders");
        }
        decoders.Add(
            type switch
            {
                "ByteLevel" => new TokenDecoder.ByteLevel(),
                "Replace" => ReadReplace(node, decoders),
                "ByteFallback" => new TokenDecoder.ByteFallback(),
                "Fuse" => new TokenDecoder.Fuse(),
                "Strip" => ReadStrip(node),
                _ => ReadMetaspace(node),
            }
        );
    }

    private static TokenDecoder.Replace ReadReplace(JsonNode node, IReadOnlyCollection<TokenDecoder> before)
    {
        JsonNode pattern = node.Get("pattern").Get("String");
        JsonNode content = node.Get("content");
        string what = pattern.Word(LongestString);
        if (what.Length > 1 && before.Any(decoder => decoder is TokenDecoder.Fuse or TokenDecoder.ByteLevel))
        {
            throw node.Refuse("a string of several characters is replaced after the tokens are joined, which is not supported");
        }
        return content.Text() is { Length: <= LongestString } by
            ? new TokenDecoder.Replace(what, by)
            : throw content.Refuse($"the string is longer than {LongestString}");
    }

    private static TokenDecoder.Strip ReadStrip(JsonNode node)
    {
        JsonNode content = node.Get("content");
        return content.Text() is { Length: 1 } one
            ? new TokenDecoder.Strip(one[0], node.Get("start").Number(0, int.MaxValue), node.Get("stop").Number(0, int.MaxValue))
            : throw content.Refuse("the string is no single character");
    }

    private static TokenDecoder.Metaspace ReadMetaspace(JsonNode node)
    {
        bool never = node.Find("prepend_scheme")?.OneOf("always", "first", "never") == "never" || !node.Flag("add_prefix_space", true);
        return new TokenDecoder.Metaspace(TextStages.Marker(node)[0], !never);
    }
}
