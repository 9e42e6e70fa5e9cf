namespace VlmQ.Datasets.Storage.Retrying;

/// <summary>How requests to a store on the network are tried again.</summary>
public sealed record RetryOptions
{
    /// <summary>Times that a request is tried in all; at least 1.</summary>
    public int Attempts { get; init; } = 8;

    /// <summary>The wait before the second try; it doubles from try to try, with jitter.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest wait between two tries, whatever the server asks for.</summary>
    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long one try may take, its body included.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The share of failed tries from which on the endpoint is left alone for a while; above 0, at most 1.</summary>
    public double BreakAt { get; init; } = 0.5;

    /// <summary>Fewest tries within <see cref="BreakWindow"/> that say anything about the endpoint; at least 2.</summary>
    public int BreakAfter { get; init; } = 20;

    /// <summary>The time over which tries are counted; at least half a second.</summary>
    public TimeSpan BreakWindow { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the endpoint is left alone; at least half a second.</summary>
    public TimeSpan BreakFor { get; init; } = TimeSpan.FromSeconds(5);
}
