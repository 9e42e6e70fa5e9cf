using VlmQ.Core.Episodes;
using VlmQ.Core.Prompting;

namespace VlmQ.Collection.Policies;

/// <summary>Replies with a uniformly random action, always well formed.</summary>
public sealed class RandomPolicy : IPolicy
{
    /// <inheritdoc/>
    public string Name => "random";

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Reply>> ReplyAsync(IReadOnlyList<PolicyRequest> requests, CancellationToken cancellationToken)
    {
        Reply[] replies = new Reply[requests.Count];
        for (int i = 0; i < replies.Length; i++)
        {
            PolicyRequest request = requests[i];
            replies[i] = new Reply(ReplyFormat.Write(request.Actions[request.Key.IndexAt(0, request.Actions.Length)]));
        }
        return new ValueTask<IReadOnlyList<Reply>>(replies);
    }
}
