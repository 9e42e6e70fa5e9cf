namespace VlmQ.Models.Generation;

/// <summary>How replies are generated.</summary>
public sealed record GenerationOptions
{
    /// <param name="decoding">How each token is chosen.</param>
    /// <param name="maximumTokens">A reply is cut after this many tokens; at least 1.</param>
    /// <param name="endToken">The token that ends a reply.</param>
    public GenerationOptions(Decoding decoding, int maximumTokens, int endToken)
    {
        ArgumentNullException.ThrowIfNull(decoding);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maximumTokens);
        ArgumentOutOfRangeException.ThrowIfNegative(endToken);
        Decoding = decoding;
        MaximumTokens = maximumTokens;
        EndToken = endToken;
    }

    /// <summary>How each token is chosen.</summary>
    public Decoding Decoding { get; }

    /// <summary>A reply is cut after this many tokens.</summary>
    public int MaximumTokens { get; }

    /// <summary>The token that ends a reply.</summary>
    public int EndToken { get; }
}
