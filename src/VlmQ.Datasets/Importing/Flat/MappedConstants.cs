namespace VlmQ.Datasets.Importing.Flat;

/// <summary>What holds for all rows where no column says otherwise.</summary>
public sealed record MappedConstants
{
    /// <summary>The environment.</summary>
    public string? Env { get; init; }

    /// <summary>The policy.</summary>
    public string? Policy { get; init; }

    /// <summary>The task in words.</summary>
    public string? Goal { get; init; }

    /// <summary>The state in words.</summary>
    public string? Text { get; init; }

    /// <summary>What the environment was reset with.</summary>
    public long? Seed { get; init; }

    /// <summary>Whether the episodes succeeded.</summary>
    public bool? Success { get; init; }
}
