using VlmQ.Core.Environments;
using VlmQ.Core.Episodes;
using VlmQ.Core.Prompting;
using VlmQ.Core.Randomness;

namespace VlmQ.Collection.Policies;

/// <summary>Replies with the expert's action, always well formed; a given share of the actions is uniformly random instead.</summary>
public sealed class ExpertPolicy : IPolicy
{
    private readonly IHasExpert _expert;
    private readonly double _epsilon;

    /// <param name="expert">The environment that is played.</param>
    /// <param name="epsilon">The share of random actions, 0–1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The share is not one.</exception>
    public ExpertPolicy(IHasExpert expert, double epsilon = 0)
    {
        ArgumentNullException.ThrowIfNull(expert);
        if (!(epsilon is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(epsilon), epsilon, "A share is between 0 and 1.");
        }
        _expert = expert;
        _epsilon = epsilon;
    }

    /// <inheritdoc/>
    public string Name => "expert";

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A request does not say the state.</exception>
    public ValueTask<IReadOnlyList<Reply>> ReplyAsync(IReadOnlyList<PolicyRequest> requests, CancellationToken cancellationToken)
    {
        Reply[] replies = new Reply[requests.Count];
        for (int i = 0; i < replies.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            PolicyRequest request = requests[i];
            RandomCursor random = request.Key.Cursor();
            string action =
                random.NextDouble() < _epsilon
                    ? request.Actions[random.NextIndex(request.Actions.Length)]
                    : _expert.Advise(request.State ?? throw new ArgumentException("An expert needs the state.", nameof(requests)));
            replies[i] = new Reply(ReplyFormat.Write(action));
        }
        return new ValueTask<IReadOnlyList<Reply>>(replies);
    }
}
