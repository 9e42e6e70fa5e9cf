using System.ComponentModel.DataAnnotations;

namespace VlmQ.Cli.Configuration;

/// <summary>How episodes become transitions for a model.</summary>
internal sealed record ConvertConfiguration
{
    /// <summary>A shipped tokenizer's name, or a folder with vocab.json and merges.txt.</summary>
    public string Tokenizer { get; init; } = "tiny";

    /// <summary>The prompt template.</summary>
    public string Template { get; init; } = "brief";

    /// <summary>Side in pixels to which pictures are resized; null keeps them as they are.</summary>
    [Range(1, 16384)]
    public int? ImageSize { get; init; } = 60;

    /// <summary>Most tokens of a reply, the end token included.</summary>
    [Range(1, 65536)]
    public int ReplyLimit { get; init; } = 24;
}
