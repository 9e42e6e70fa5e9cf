using System.Collections.Immutable;
using VlmQ.Core.Episodes;

namespace VlmQ.Core.Tokens;

/// <summary>What a given model needs to know to learn from turns: how its prompts and replies become tokens.</summary>
public sealed record TokenRules
{
    /// <param name="encodePrompt">The prompt of an observation after earlier turns, with one placeholder where the image goes; not
    /// empty.</param>
    /// <param name="encodeReply">A reply's text, without the end token.</param>
    /// <param name="endToken">The id that ends a reply.</param>
    /// <param name="tokenizerDigest">The digest of the tokenizer behind both functions.</param>
    /// <param name="promptLimit">The longest prompt that the model takes, in tokens, at least 1.</param>
    /// <param name="replyLimit">The longest reply with its end token, at least 1.</param>
    public TokenRules(
        Func<ReadOnlySpan<Turn>, Observation, ImmutableArray<int>> encodePrompt,
        Func<string, ImmutableArray<int>> encodeReply,
        int endToken,
        string tokenizerDigest,
        int promptLimit,
        int replyLimit
    )
    {
        ArgumentOutOfRangeException.ThrowIfNegative(endToken);
        ArgumentException.ThrowIfNullOrEmpty(tokenizerDigest);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(promptLimit);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(replyLimit);
        EncodePrompt = encodePrompt;
        EncodeReply = encodeReply;
        EndToken = endToken;
        TokenizerDigest = tokenizerDigest;
        PromptLimit = promptLimit;
        ReplyLimit = replyLimit;
    }

    /// <summary>The prompt of an observation after the turns before it, with one placeholder where the image goes.</summary>
    public Func<ReadOnlySpan<Turn>, Observation, ImmutableArray<int>> EncodePrompt { get; }

    /// <summary>A reply's text, without the end token.</summary>
    public Func<string, ImmutableArray<int>> EncodeReply { get; }

    /// <summary>The id that ends a reply.</summary>
    public int EndToken { get; }

    /// <summary>The digest of the tokenizer behind both functions.</summary>
    public string TokenizerDigest { get; }

    /// <summary>The longest prompt, in tokens.</summary>
    public int PromptLimit { get; }

    /// <summary>The longest reply with its end token.</summary>
    public int ReplyLimit { get; }
}
