using System.ComponentModel.DataAnnotations;

namespace VlmQ.Cli.Configuration;

/// <summary>How episodes become transitions for a model.</summary>
internal sealed record ConvertConfiguration
{
    /// <summary>
    /// A shipped tokenizer's name, or a folder with tokenizer.json, tokenizer.model, or vocab.json and merges.txt; null for that of the
    /// pipeline's model, or <c>tiny</c>.
    /// </summary>
    public string? Tokenizer { get; init; }

    /// <summary>A shipped prompt's name, or a file of prompts: <c>FILE</c> or <c>FILE:NAME</c>.</summary>
    public string Template { get; init; } = "brief";

    /// <summary>
    /// What the model's family expects around the prompt: <c>none</c>, <c>moondream2</c>, <c>moondream2-2025-06-21</c> or <c>xgen-mm</c>;
    /// null for what the pipeline's model expects.
    /// </summary>
    public string? Chat { get; init; }

    /// <summary>Side in pixels to which pictures are resized; null keeps them as they are.</summary>
    [Range(1, 16384)]
    public int? ImageSize { get; init; } = 60;

    /// <summary>Most tokens of a reply, the end token included.</summary>
    [Range(1, 65536)]
    public int ReplyLimit { get; init; } = 24;
}
