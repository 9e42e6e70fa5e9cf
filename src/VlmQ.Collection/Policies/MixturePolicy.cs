using System.Collections.Immutable;
using VlmQ.Core.Episodes;
using VlmQ.Core.Randomness;

namespace VlmQ.Collection.Policies;

/// <summary>Each episode, or each turn, is one of several policies', drawn by their weights.</summary>
public sealed class MixturePolicy : IPolicy
{
    private readonly ImmutableArray<IPolicy> _policies;
    private readonly Weights _weights;
    private readonly MixtureUnit _unit;

    internal MixturePolicy(ImmutableArray<IPolicy> policies, Weights weights, MixtureUnit unit)
    {
        _policies = policies;
        _weights = weights;
        _unit = unit;
    }

    /// <inheritdoc/>
    public string Name => "mixture";

    /// <summary>Whether all of its policies' replies are.</summary>
    public bool IsReproducible => _policies.All(policy => policy.IsReproducible);

    /// <summary>Whether any of its policies does.</summary>
    public bool AnswersInBatches => _policies.Any(policy => policy.AnswersInBatches);

    /// <summary>As many as suit all of its policies that have a number of their own.</summary>
    public int? EpisodesAtOnce => _policies.Min(policy => policy.EpisodesAtOnce);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<Reply>> ReplyAsync(IReadOnlyList<PolicyRequest> requests, CancellationToken cancellationToken)
    {
        int[] drawn = [.. requests.Select(Draw)];
        Reply[] replies = new Reply[requests.Count];
        for (int policy = 0; policy < _policies.Length; policy++)
        {
            int[] places = [.. Enumerable.Range(0, drawn.Length).Where(i => drawn[i] == policy)];
            if (places.Length == 0)
            {
                continue;
            }
            PolicyRequest[] its = [.. places.Select(i => requests[i])];
            IReadOnlyList<Reply> answers = await _policies[policy].ReplyAsync(its, cancellationToken).ConfigureAwait(false);
            for (int i = 0; i < places.Length; i++)
            {
                replies[places[i]] = answers[i];
            }
        }
        return replies;
    }

    private int Draw(PolicyRequest request)
    {
        // A purpose of its own: the policy that is drawn uses the turn's key itself.
        RandomCursor random = (_unit == MixtureUnit.Episode ? request.EpisodeKey : request.Key).Split("mixture").Cursor();
        return _weights.Draw(ref random);
    }
}
