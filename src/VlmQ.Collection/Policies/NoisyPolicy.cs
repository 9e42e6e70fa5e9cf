using VlmQ.Core.Episodes;
using VlmQ.Core.Prompting;
using VlmQ.Core.Randomness;

namespace VlmQ.Collection.Policies;

/// <summary>Replies with a uniformly random action, but a given share of the replies is malformed.</summary>
public sealed class NoisyPolicy : IPolicy
{
    private readonly double _malformed;
    private readonly Malformations _kinds;

    /// <param name="malformed">The share of malformed replies, 0–1.</param>
    /// <param name="kinds">What is wrong with them; null for <see cref="Malformations.Default"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The share is not one.</exception>
    public NoisyPolicy(double malformed = 0.4, Malformations? kinds = null)
    {
        if (!(malformed is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(malformed), malformed, "A share is between 0 and 1.");
        }
        _malformed = malformed;
        _kinds = kinds ?? Malformations.Default;
    }

    /// <inheritdoc/>
    public string Name => "noisy";

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Reply>> ReplyAsync(IReadOnlyList<PolicyRequest> requests, CancellationToken cancellationToken)
    {
        Reply[] replies = new Reply[requests.Count];
        for (int i = 0; i < replies.Length; i++)
        {
            PolicyRequest request = requests[i];
            RandomCursor random = request.Key.Cursor();
            string action = request.Actions[random.NextIndex(request.Actions.Length)];
            bool malformed = random.NextDouble() < _malformed;
            replies[i] = new Reply(
                malformed ? MalformedReply.Write(_kinds.Draw(ref random), action, request.Actions, ref random) : ReplyFormat.Write(action)
            );
        }
        return new ValueTask<IReadOnlyList<Reply>>(replies);
    }
}
