using System.Collections.Immutable;

namespace VlmQ.Models.Generation;

/// <summary>How replies are generated.</summary>
public sealed record GenerationOptions
{
    private readonly double _repetitionPenalty = 1;
    private readonly ImmutableArray<int> _stopTokens = [];

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

    /// <summary>Other tokens that end a reply as well.</summary>
    /// <exception cref="ArgumentException">An id is negative.</exception>
    public ImmutableArray<int> StopTokens
    {
        get => _stopTokens;
        init =>
            _stopTokens =
                value.IsDefault || value.Any(id => id < 0)
                    ? throw new ArgumentException("Stop tokens are ids from 0 on.", nameof(value))
                    : value;
    }

    /// <summary>
    /// Makes tokens that the reply holds already less likely (Keskar et al., arXiv 1909.05858): a positive logit is divided by this, a
    /// negative one multiplied. At least 1, which changes nothing. The prompt's tokens do not count, as in transformers where a model is
    /// given embeddings.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Below 1, or not finite.</exception>
    public double RepetitionPenalty
    {
        get => _repetitionPenalty;
        init =>
            _repetitionPenalty =
                value >= 1 && double.IsFinite(value)
                    ? value
                    : throw new ArgumentOutOfRangeException(nameof(value), value, "A repetition penalty is at least 1.");
    }

    /// <summary>Whether a token ends a reply.</summary>
    public bool Ends(int token) => token == EndToken || StopTokens.Contains(token);
}
