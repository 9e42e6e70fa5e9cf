using System.ComponentModel.DataAnnotations;

namespace VlmQ.Datasets.Importing.Flat;

/// <summary>Names of columns by their meaning; a field of a struct is <c>struct/field</c>.</summary>
public sealed record MappedColumns
{
    /// <summary>The episode's number or id; the rows of one follow one another.</summary>
    [Required]
    public string Episode { get; init; } = "";

    /// <summary>The step in the episode; each row's is one more than that of the row before.</summary>
    public string? Step { get; init; }

    /// <summary>The picture: a PNG or JPEG file, a struct of <c>bytes</c> and <c>path</c>, a path, or pixels.</summary>
    [Required]
    public string Image { get; init; } = "";

    /// <summary>What the row's action earned.</summary>
    public string? Reward { get; init; }

    /// <summary>The action: a text, or a whole number that <see cref="ColumnMap.Actions"/> names.</summary>
    public string? Action { get; init; }

    /// <summary>What was answered; without it the action as JSON, as VlmQ's own policies write it.</summary>
    public string? Reply { get; init; }

    /// <summary>The environment ended with this row's action.</summary>
    public string? Terminated { get; init; }

    /// <summary>The episode was cut after this row's action.</summary>
    public string? Truncated { get; init; }

    /// <summary>Whether the episode succeeded; its last row counts.</summary>
    public string? Success { get; init; }

    /// <summary>The task in words.</summary>
    public string? Goal { get; init; }

    /// <summary>The task's number in <see cref="ColumnMap.Tasks"/>.</summary>
    public string? TaskIndex { get; init; }

    /// <summary>The state in words.</summary>
    public string? Text { get; init; }

    /// <summary>What the environment was reset with.</summary>
    public string? Seed { get; init; }

    /// <summary>The environment.</summary>
    public string? Env { get; init; }

    /// <summary>The policy.</summary>
    public string? Policy { get; init; }
}
