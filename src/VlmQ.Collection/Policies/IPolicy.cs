using VlmQ.Core.Episodes;

namespace VlmQ.Collection.Policies;

/// <summary>Whatever answers observations: a script, a model, a server.</summary>
public interface IPolicy
{
    /// <summary>The name that episodes carry.</summary>
    string Name { get; }

    /// <summary>Whether the same requests have the same replies on any day, so that what was not kept can be had again.</summary>
    bool IsReproducible => true;

    /// <summary>
    /// Whether many requests are answered together at less cost than one by one, as a model's forward pass does: one call at a time then
    /// holds a turn of every episode under way. Other policies are called for single turns, from several threads at once.
    /// </summary>
    bool AnswersInBatches => false;

    /// <summary>Episodes that are best played at once, where that is not as many as there are workers: a server has a limit of its own.</summary>
    int? EpisodesAtOnce => null;

    /// <summary>Answers a batch.</summary>
    /// <param name="requests">At least one; of different episodes.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>
    /// One reply a request, in the same order. A reply is a function of its request, so that it does not depend on what else is in the
    /// batch; randomness comes from the request's key.
    /// </returns>
    ValueTask<IReadOnlyList<Reply>> ReplyAsync(IReadOnlyList<PolicyRequest> requests, CancellationToken cancellationToken);
}
