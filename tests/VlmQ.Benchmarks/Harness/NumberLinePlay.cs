using System.Collections.Immutable;
using System.Globalization;
using VlmQ.Core.Environments;
using VlmQ.Core.Episodes;
using VlmQ.Core.Prompting;
using VlmQ.Core.Randomness;
using VlmQ.Datasets.Episodes;

namespace VlmQ.Benchmarks.Harness;

/// <summary>Episodes of NumberLine, played at random, with its 300×300 pictures as PNG files.</summary>
internal static class NumberLinePlay
{
    private const int LongestEpisode = 20;

    /// <summary>Episodes with so many turns together, or a few more.</summary>
    public static ImmutableArray<StoredEpisode> Play(int turns)
    {
        IEnvironment environment = EnvironmentCatalog.Find("numberline").OrThrow();
        ImmutableArray<StoredEpisode>.Builder episodes = ImmutableArray.CreateBuilder<StoredEpisode>();
        for (int seed = 0; turns > 0; seed++)
        {
            Episode episode = Play(environment, seed);
            turns -= episode.Turns.Length;
            episodes.Add(EpisodeStorage.Encode(episode));
        }
        return episodes.ToImmutable();
    }

    /// <summary>The same episode under another id.</summary>
    public static StoredEpisode Rename(StoredEpisode episode, string id) =>
        new(id, episode.Environment, episode.Seed, episode.Policy, episode.Turns, episode.FinalObservation, episode.Success);

    private static Episode Play(IEnvironment environment, int seed)
    {
        RandomKey key = RandomKey.Of(seed, "benchmark.actions");
        EnvironmentState state = environment.Reset(seed);
        ImmutableArray<Turn>.Builder turns = ImmutableArray.CreateBuilder<Turn>();
        bool ended = false;
        while (!ended)
        {
            string action = environment.Actions[key.IndexAt((ulong)turns.Count, environment.Actions.Length)];
            StepResult step = environment.Step(state, action);
            bool truncated = !step.Terminated && (step.Truncated || turns.Count == LongestEpisode - 1);
            turns.Add(
                new Turn(
                    environment.Observe(state),
                    new Reply(ReplyFormat.Write(action)),
                    action,
                    step.Reward,
                    step.Terminated,
                    truncated,
                    environment.Info(state)
                )
            );
            state = step.State;
            ended = step.Terminated || truncated;
        }
        return new Episode(
            string.Create(CultureInfo.InvariantCulture, $"{seed:D6}"),
            environment.Id,
            seed,
            "random",
            turns.ToImmutable(),
            turns[^1].Truncated ? environment.Observe(state) : null,
            success: null
        );
    }
}
