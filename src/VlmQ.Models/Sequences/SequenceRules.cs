namespace VlmQ.Models.Sequences;

/// <summary>How a model lays out a row.</summary>
public sealed record SequenceRules
{
    /// <summary>The id that stands for the image in prompts.</summary>
    public required int Placeholder { get; init; }

    /// <summary>V: ids lie below it; the placeholder may lie at or behind it.</summary>
    public required int Vocabulary { get; init; }

    /// <summary>Most elements of a row, image embeddings counted.</summary>
    public required int ContextLength { get; init; }

    /// <summary>The id that every sequence begins with; put in front of prompts that do not begin with it. Null: none.</summary>
    public int? FirstId { get; init; }

    /// <summary>True when the image has to come first, behind <see cref="FirstId"/> alone.</summary>
    public bool ImageFirst { get; init; }
}
