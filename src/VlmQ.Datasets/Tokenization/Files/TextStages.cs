using System.Collections.Immutable;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Tokenization.Normalizing;
using VlmQ.Datasets.Tokenization.Patterns;
using VlmQ.Datasets.Tokenization.Splitting;

namespace VlmQ.Datasets.Tokenization.Files;

/// <summary>The stages of a <c>tokenizer.json</c> that act on text: normaliser and pre-tokenizer.</summary>
internal static class TextStages
{
    private const int MostParts = 16;
    private const int LongestString = 64;

    // Stages that each make a text longer would together make it too long for memory.
    private const int MostGrowth = 256;

    private static readonly ExpressionPattern Gpt2Words = ExpressionCompiler.Compile(ByteLevelSplitter.Gpt2Words);

    /// <summary>GPT-2's words, in the alphabet of bytes.</summary>
    public static PieceSplitter Gpt2Splitter { get; } = new ByteLevelSplitter(prefixesSpace: false, Gpt2Words);

    /// <summary>Reads a normaliser.</summary>
    /// <exception cref="Core.Episodes.FaultException">It is none that is supported.</exception>
    public static TextNormalizer ReadNormalizer(JsonNode node)
    {
        TextNormalizer normalizer = Normalizer(node);
        return normalizer.Growth <= MostGrowth ? normalizer : throw TooLong(node);
    }

    /// <summary>Reads a pre-tokenizer.</summary>
    /// <exception cref="Core.Episodes.FaultException">It is none that is supported.</exception>
    public static PieceSplitter ReadSplitter(JsonNode node)
    {
        PieceSplitter splitter = Splitter(node);
        return splitter.Growth <= MostGrowth ? splitter : throw TooLong(node);
    }

    private static Core.Episodes.FaultException TooLong(JsonNode node) =>
        node.Refuse($"the stages may make a text more than {MostGrowth} times longer", "use another tokenizer");

    private static TextNormalizer Normalizer(JsonNode node) =>
        node.Get("type").OneOf("Sequence", "Prepend", "Replace", "NFC") switch
        {
            "Sequence" => new NormalizerChain([.. node.Get("normalizers").Items(MostParts).Select(Normalizer)]),
            "Prepend" => new PrependNormalizer(node.Get("prepend").Word(LongestString)),
            "Replace" => new ReplaceNormalizer(ReadPattern(node.Get("pattern")), Content(node.Get("content"))),
            _ => new ComposingNormalizer(),
        };

    private static PieceSplitter Splitter(JsonNode node) =>
        node.Get("type").OneOf("Sequence", "ByteLevel", "Split", "Metaspace", "Digits") switch
        {
            "Sequence" => new SplitterChain([.. node.Get("pretokenizers").Items(MostParts).Select(Splitter)]),
            "ByteLevel" => new ByteLevelSplitter(node.Flag("add_prefix_space", true), node.Flag("use_regex", true) ? Gpt2Words : null),
            "Split" => new PatternSplitter(
                ReadPattern(node.Get("pattern")),
                Enum.Parse<SplitBehavior>(node.Get("behavior").OneOf(Enum.GetNames<SplitBehavior>())),
                node.Flag("invert", false)
            ),
            "Metaspace" => ReadMetaspace(node),
            _ => new PatternSplitter(
                ExpressionCompiler.Compile(@"\p{N}"),
                node.Flag("individual_digits", false) ? SplitBehavior.Isolated : SplitBehavior.Contiguous,
                inverted: false
            ),
        };

    /// <summary>The one character that stands for a space.</summary>
    public static string Marker(JsonNode node)
    {
        string marker = node.Find("replacement")?.Text() ?? "\u2581";
        return marker.Length == 1 ? marker : throw node.Refuse("'replacement' is no single character");
    }

    private static MetaspaceSplitter ReadMetaspace(JsonNode node)
    {
        // Files from before prepend_scheme say it with add_prefix_space.
        string scheme =
            node.Find("prepend_scheme")?.OneOf("always", "first", "never") ?? (node.Flag("add_prefix_space", true) ? "always" : "never");
        return new MetaspaceSplitter(Marker(node), Enum.Parse<PrependScheme>(scheme, ignoreCase: true), node.Flag("split", true));
    }

    private static string Content(JsonNode node) =>
        node.Text() is { Length: <= LongestString } content ? content : throw node.Refuse($"the string is longer than {LongestString}");

    private static TextPattern ReadPattern(JsonNode node)
    {
        if (node.Find("String") is { } literal)
        {
            return new LiteralPattern(literal.Word(LongestString));
        }
        JsonNode expression = node.Get("Regex");
        try
        {
            return ExpressionCompiler.Compile(expression.Text());
        }
        catch (FormatException exception)
        {
            throw expression.Refuse(exception.Reason(), "use a tokenizer with another expression");
        }
    }
}
