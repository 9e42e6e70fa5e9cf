namespace VlmQ.Datasets.Columns;

/// <summary>What is known of an episode as a whole; null where its format does not say.</summary>
internal readonly record struct EpisodeFacts
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>The environment; episodes only.</summary>
    public string? Environment { get; init; }

    /// <summary>The policy; episodes only.</summary>
    public string? Policy { get; init; }

    /// <summary>The first turn's goal; episodes only.</summary>
    public string? Goal { get; init; }

    /// <summary>What the environment was reset with; episodes only.</summary>
    public long? Seed { get; init; }

    /// <summary>Turns, without the final observation.</summary>
    public required int Length { get; init; }

    /// <summary>The undiscounted sum of rewards.</summary>
    public required double Return { get; init; }

    /// <summary>Replies that parsed to an action.</summary>
    public required int Valid { get; init; }

    /// <summary>The environment's verdict; episodes only.</summary>
    public bool? Success { get; init; }

    /// <summary>The environment ended the episode.</summary>
    public required bool Terminated { get; init; }

    /// <summary>Tokens of the longest prompt; transitions only.</summary>
    public int? PromptTokens { get; init; }

    /// <summary>Tokens of all replies; transitions only.</summary>
    public int? ReplyTokens { get; init; }
}
