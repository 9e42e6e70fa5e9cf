using System.Collections.Immutable;
using VlmQ.Models.Families;
using VlmQ.Models.Lora;

namespace VlmQ.Cli.Models;

/// <summary>Adapters on the linear layers inside a model's text blocks, the usual ones.</summary>
internal static class TextAdapters
{
    /// <summary>What configurations call these layers.</summary>
    public const string Name = "text-linear";

    /// <summary>The layers of a model that is trained from scratch.</summary>
    public static ImmutableArray<string> TinyVlm { get; } = ["qkv", "projection", "expand", "contract"];

    /// <summary>The adapters' options.</summary>
    public static LoraOptions Of(ModelDescription description, int rank) => new(rank, 2 * rank, Targets(description));

    /// <summary>The names of the layers.</summary>
    public static ImmutableArray<string> Targets(ModelDescription description) =>
        description switch
        {
            TinyVlmDescription => TinyVlm,
            _ =>
            [
                .. description
                    .AdaptableLinears.Keys.Where(path => path.Contains(TextRoot(description), StringComparison.Ordinal))
                    .Where(path => path.Any(char.IsAsciiDigit)),
            ],
        };

    /// <summary>Parameters of the adapters.</summary>
    public static long Parameters(ModelDescription description, LoraOptions lora) =>
        description
            .AdaptableLinears.Where(pair => lora.Matches(pair.Key))
            .Sum(pair => lora.RankOf(pair.Key) * (pair.Value.Out + pair.Value.In));

    private static string TextRoot(ModelDescription description) =>
        description switch
        {
            MoonDream2024Description => "text_model.transformer.h.",
            MoonDream2025Description => "model.text.blocks.",
            _ => "vlm.lang_model.model.layers.",
        };
}
