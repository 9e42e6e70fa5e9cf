using System.Collections.Immutable;
using VlmQ.Core.Text;

namespace VlmQ.Core.Episodes;

/// <summary>
/// What a policy answered. A reply that a model sampled keeps its token ids: they are what is learned from, and text is never
/// decoded and re-encoded on the way to training.
/// </summary>
public sealed record Reply
{
    /// <summary>A reply of a scripted policy: text alone.</summary>
    public Reply(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Text = WellFormed.Of(text);
    }

    /// <summary>A reply that a model sampled.</summary>
    /// <param name="text">The decoded text, without the end token.</param>
    /// <param name="tokenIds">The sampled ids, with the end token where one was sampled; not empty.</param>
    /// <param name="tokenizerDigest">The digest of the tokenizer that the ids belong to.</param>
    /// <param name="logProbabilities">Log-probability of each id under the policy that sampled it, or default.</param>
    /// <exception cref="ArgumentException">No ids, no digest, or as many log-probabilities as ids are missing.</exception>
    public Reply(string text, ImmutableArray<int> tokenIds, string tokenizerDigest, ImmutableArray<float> logProbabilities = default)
        : this(text)
    {
        ArgumentException.ThrowIfNullOrEmpty(tokenizerDigest);
        if (tokenIds.IsDefaultOrEmpty)
        {
            throw new ArgumentException("A sampled reply has at least one token.", nameof(tokenIds));
        }
        if (!logProbabilities.IsDefault && logProbabilities.Length != tokenIds.Length)
        {
            throw new ArgumentException("One log-probability a token.", nameof(logProbabilities));
        }
        TokenIds = tokenIds;
        TokenizerDigest = tokenizerDigest;
        LogProbabilities = logProbabilities;
    }

    /// <summary>
    /// The text, without the end token. It is what a dataset can hold and what is parsed: half a surrogate pair, which has no UTF-8, is
    /// written out as its escape.
    /// </summary>
    public string Text { get; }

    /// <summary>The sampled ids; default (not empty) for a scripted policy.</summary>
    public ImmutableArray<int> TokenIds { get; }

    /// <summary>The digest of the tokenizer that <see cref="TokenIds"/> belong to; null for a scripted policy.</summary>
    public string? TokenizerDigest { get; }

    /// <summary>Log-probability of each id under the policy that sampled it; default where unknown.</summary>
    public ImmutableArray<float> LogProbabilities { get; }
}
