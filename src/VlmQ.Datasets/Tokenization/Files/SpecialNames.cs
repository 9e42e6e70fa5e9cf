using System.Collections.Immutable;
using System.Text.Json;

namespace VlmQ.Datasets.Tokenization.Files;

/// <summary>
/// Which tokens begin, end and fill a text: what <c>tokenizer_config.json</c> says, or the usual names where it says nothing.
/// </summary>
internal sealed record SpecialNames
{
    /// <summary>The file's name.</summary>
    public const string File = "tokenizer_config.json";

    /// <summary>The placeholder of a picture.</summary>
    public const string Image = "<image>";

    private const int LongestName = 1024;
    private const int MostNames = 4096;

    private static readonly ImmutableArray<string> UsualEnds = ["<eos>", "<|endoftext|>", "<|end_of_text|>", "</s>"];
    private static readonly ImmutableArray<string> UsualBeginnings = ["<bos>", "<|begin_of_text|>", "<s>"];
    private static readonly ImmutableArray<string> UsualPads = ["<pad>", "[PAD]"];

    /// <summary>Names that may end a text, in order of preference.</summary>
    public ImmutableArray<string> Ends { get; init; } = UsualEnds;

    /// <summary>Names that may begin a text.</summary>
    public ImmutableArray<string> Beginnings { get; private init; } = UsualBeginnings;

    /// <summary>Names that may fill a text.</summary>
    public ImmutableArray<string> Pads { get; init; } = UsualPads;

    /// <summary>All tokens that the file names, the additional ones too.</summary>
    public ImmutableArray<string> Named { get; init; } = [];

    /// <summary>The file, for what else it holds; null where there is none.</summary>
    public JsonNode? Configuration { get; private init; }

    /// <summary>Reads the file's bytes; null where there is no file.</summary>
    /// <exception cref="Core.Episodes.FaultException">It is not whole.</exception>
    public static SpecialNames Read(byte[]? json, string file)
    {
        if (json is null)
        {
            return new SpecialNames();
        }
        JsonNode root = JsonNode.Parse(json, file);
        List<string> named = [];
        foreach (string property in (ReadOnlySpan<string>)["bos_token", "eos_token", "unk_token", "pad_token"])
        {
            named.AddRange(Name(root, property));
        }
        if (root.Find("additional_special_tokens") is { } additional)
        {
            named.AddRange(additional.Items(MostNames).Select(NameOf));
        }
        return new SpecialNames
        {
            Ends = Name(root, "eos_token") is [var end] ? [end] : UsualEnds,
            Beginnings = Name(root, "bos_token") is [var begin] ? [begin] : UsualBeginnings,
            Pads = Name(root, "pad_token") is [var pad] ? [pad] : UsualPads,
            Named = [.. named.Distinct(StringComparer.Ordinal)],
            Configuration = root,
        };
    }

    private static ImmutableArray<string> Name(JsonNode root, string property) => root.Find(property) is { } node ? [NameOf(node)] : [];

    /// <summary>A name as a string, or as a token with its rules.</summary>
    private static string NameOf(JsonNode node) =>
        (node.Element.ValueKind == JsonValueKind.Object ? node.Get("content") : node).Word(LongestName);
}
