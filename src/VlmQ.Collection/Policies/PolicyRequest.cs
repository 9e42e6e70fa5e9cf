using System.Collections.Immutable;
using VlmQ.Core.Environments;
using VlmQ.Core.Episodes;
using VlmQ.Core.Randomness;

namespace VlmQ.Collection.Policies;

/// <summary>One turn that waits for a reply.</summary>
/// <param name="Prompt">The prompt, with one <c>&lt;image&gt;</c> where the picture goes.</param>
/// <param name="Observation">What the prompt was made from.</param>
/// <param name="Actions">The environment's actions.</param>
/// <param name="Key">The turn's own randomness: a function of seed, episode and turn.</param>
public sealed record PolicyRequest(string Prompt, Observation Observation, ImmutableArray<string> Actions, RandomKey Key)
{
    /// <summary>The state itself, for experts alone: no policy that is judged may look at it.</summary>
    public EnvironmentState? State { get; init; }

    /// <summary>Randomness that all turns of the episode share: a function of seed and episode.</summary>
    public RandomKey EpisodeKey { get; init; }
}
