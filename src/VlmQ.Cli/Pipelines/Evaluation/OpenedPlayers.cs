using System.Collections.Immutable;
using VlmQ.Cli.Pipelines.Stages;

namespace VlmQ.Cli.Pipelines.Evaluation;

/// <summary>Who plays.</summary>
/// <param name="OfEach">For each environment, its players in the order of their names.</param>
/// <param name="Owned">What they hold, such as a model.</param>
internal sealed record OpenedPlayers(ImmutableArray<ImmutableArray<Player>> OfEach, IDisposable? Owned) : IDisposable
{
    public void Dispose() => Owned?.Dispose();
}
