using System.Collections.Immutable;
using VlmQ.Cli.Pipelines.Stages;
using VlmQ.Core.Episodes;

namespace VlmQ.Cli.Pipelines.Evaluation;

/// <summary>A policy, or a model that plays in several ways; it is made when it is to play, and let go afterwards.</summary>
/// <param name="Model">Which of a run's models; null where there is only one.</param>
/// <param name="Ways">The names of its ways of playing.</param>
/// <param name="Open">Makes it.</param>
internal sealed record PlayerSource(string? Model, ImmutableArray<string> Ways, Func<Result<OpenedPlayers>> Open)
{
    /// <summary>The seed of its episodes; null for that of the evaluation.</summary>
    public long? Seed { get; init; }
}
