using VlmQ.Datasets.Inspection;

namespace VlmQ.Cli.Pipelines;

/// <summary>The replies of a data set that a run collected.</summary>
/// <param name="Data">The name of the data set.</param>
/// <param name="Seed">The seed that it was collected with.</param>
/// <param name="Replies">How many named an action, and what was wrong with the others.</param>
internal sealed record CollectedReplies(string Data, long Seed, ReplyFacts Replies);
