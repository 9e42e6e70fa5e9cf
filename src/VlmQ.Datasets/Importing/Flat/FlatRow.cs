using VlmQ.Datasets.Importing.Pictures;

namespace VlmQ.Datasets.Importing.Flat;

/// <summary>One row of a table, by the meaning of its columns; null where no column says it.</summary>
internal sealed record FlatRow
{
    /// <summary>The file and the row.</summary>
    public required string Where { get; init; }

    public required string Episode { get; init; }

    /// <summary>Why the row cannot be used; null where it can.</summary>
    public string? Wrong { get; init; }

    public long? Step { get; init; }

    public PictureReference? Picture { get; init; }

    /// <summary>Bytes of the picture in memory.</summary>
    public long PictureBytes { get; init; }

    public double? Reward { get; init; }

    public string? Action { get; init; }

    public string? Reply { get; init; }

    public bool? Terminated { get; init; }

    public bool? Truncated { get; init; }

    public bool? Success { get; init; }

    public string? Goal { get; init; }

    public string? Text { get; init; }

    public long? Seed { get; init; }

    public string? Environment { get; init; }

    public string? Policy { get; init; }
}
