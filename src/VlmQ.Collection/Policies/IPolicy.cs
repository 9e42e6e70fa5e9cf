using VlmQ.Core.Episodes;

namespace VlmQ.Collection.Policies;

/// <summary>Whatever answers observations: a script, a model, a server.</summary>
public interface IPolicy
{
    /// <summary>The name that episodes carry.</summary>
    string Name { get; }

    /// <summary>Whether the same requests have the same replies on any day, so that what was not kept can be had again.</summary>
    bool IsReproducible => true;

    /// <summary>Answers a batch.</summary>
    /// <param name="requests">At least one; of different episodes.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>
    /// One reply a request, in the same order. A reply is a function of its request, so that it does not depend on what else is in the
    /// batch; randomness comes from the request's key.
    /// </returns>
    ValueTask<IReadOnlyList<Reply>> ReplyAsync(IReadOnlyList<PolicyRequest> requests, CancellationToken cancellationToken);
}
