using VlmQ.Core.Environments;

namespace VlmQ.Collection;

/// <summary>Where an episode begins.</summary>
/// <param name="Seed">The seed that it is recorded under.</param>
/// <param name="State">Its first state.</param>
public readonly record struct EpisodeStart(long Seed, EnvironmentState State);
