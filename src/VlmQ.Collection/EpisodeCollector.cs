using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using VlmQ.Collection.Policies;
using VlmQ.Core.Environments;
using VlmQ.Core.Episodes;
using VlmQ.Core.Prompting;
using VlmQ.Core.Randomness;
using VlmQ.Dataflow;

namespace VlmQ.Collection;

/// <summary>Plays a policy in an environment.</summary>
public sealed class EpisodeCollector
{
    private readonly IEnvironment _environment;
    private readonly PromptTemplate _template;
    private readonly IPolicy _policy;

    /// <param name="environment">Where to play.</param>
    /// <param name="template">How observations become the policy's prompts.</param>
    /// <param name="policy">Who plays.</param>
    public EpisodeCollector(IEnvironment environment, PromptTemplate template, IPolicy policy)
    {
        _environment = environment;
        _template = template;
        _policy = policy;
    }

    /// <summary>The environment's seed of an episode; not negative.</summary>
    public static long SeedOf(long seed, long episode) => (long)(RandomKey.Of(seed, "episode", episode).UInt64At(0) >> 1);

    /// <summary>Whole episodes in the order of their index, the same whatever the lanes and the workers.</summary>
    /// <exception cref="ArgumentException">The options set no limit, or a limit, the lanes, the workers or the index are out of range.</exception>
    public Source<Episode> Collect(CollectOptions options)
    {
        if (options.Episodes is null && options.Turns is null)
        {
            throw new ArgumentException("Collecting needs a limit of episodes or of turns.", nameof(options));
        }
        Check(options);
        return Source.From(
            PlayAsync(
                options,
                options.Episodes ?? long.MaxValue,
                index =>
                {
                    long seed = SeedOf(options.Seed, index);
                    return new EpisodeStart(seed, _environment.Reset(seed));
                }
            ),
            "collect"
        );
    }

    /// <summary>One episode from each of the given states, in their order; an episode's recorded seed is its position.</summary>
    /// <exception cref="ArgumentException">The lanes or the workers are out of range.</exception>
    public Source<Episode> CollectFrom(ImmutableArray<EnvironmentState> starts, CollectOptions options)
    {
        CollectOptions whole = options with { FirstEpisode = 0, Turns = null };
        Check(whole);
        return Source.From(PlayAsync(whole, starts.Length, index => new EpisodeStart(index, starts[(int)index])), "collect");
    }

    private static void Check(CollectOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(options.FirstEpisode, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegative(options.Episodes ?? 0, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegative(options.Turns ?? 0, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Lanes, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Workers, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.TurnLimit, nameof(options));
    }

    private async IAsyncEnumerable<Episode> PlayAsync(
        CollectOptions options,
        long count,
        Func<long, EpisodeStart> start,
        [EnumeratorCancellation] CancellationToken token = default
    )
    {
        EpisodePlayer player = new(_environment, _template, _policy, options, count, start);
        long turnsLeft = options.Turns ?? long.MaxValue;
        await foreach (PlayedEpisode played in player.Play().ReadAsync(cancellationToken: token).ConfigureAwait(false))
        {
            if (played.Fault is { } fault)
            {
                options.PolicyFailed!(fault);
            }
            if (played.Episode is not { } episode || (turnsLeft -= episode.Turns.Length) < 0)
            {
                yield break;
            }
            yield return episode;
        }
    }
}
