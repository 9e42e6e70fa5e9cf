using System.Collections.Immutable;
using System.Globalization;
using VlmQ.Cli.Terminal;
using VlmQ.Collection;
using VlmQ.Core.Environments;
using VlmQ.Core.Episodes;
using VlmQ.Dataflow;
using VlmQ.Datasets.Episodes;
using VlmQ.Datasets.Inspection;
using VlmQ.Datasets.Manifest;
using VlmQ.Datasets.Reading;

namespace VlmQ.Cli.Replay;

/// <summary>Steps the environments of a dataset of episodes again, from the recorded seeds and actions.</summary>
internal static class EpisodesReplay
{
    /// <summary>Differing episodes that are listed; more are only counted.</summary>
    private const int Listed = 20;

    public static async Task<Result<EpisodesReplayResult>> RunAsync(
        string folder,
        int workers,
        IProgressBoard board,
        CancellationToken token
    )
    {
        DatasetReader<StoredEpisode> reader = EpisodeDataset.OpenReader(folder, null, token).OrThrow();
        Rules rules = RulesOf(reader.Manifest, reader.Folder);
        long episodes = 0;
        long turns = 0;
        long differing = 0;
        ReplyGroupCounter replies = new(reader.Manifest);
        ImmutableArray<EpisodeDifference>.Builder listed = ImmutableArray.CreateBuilder<EpisodeDifference>();
        using IProgressLine line = board.Begin("replay", reader.Manifest.Turns, "turns");
        Result<FlowReport> ran = await Source
            .From(reader.ReadAsync(cancellationToken: token), "read")
            .ParallelMap(workers, stored => (Episode: stored, Difference: Compare(stored, rules, reader.Folder)), "step again")
            .To(
                Sink.ForEach<(StoredEpisode Episode, ReplayDifference? Difference)>(
                    outcome =>
                    {
                        episodes++;
                        turns += outcome.Episode.Turns.Length;
                        replies.Add(outcome.Episode);
                        line.Report(turns);
                        if (outcome.Difference is { } difference)
                        {
                            differing++;
                            if (listed.Count < Listed)
                            {
                                listed.Add(new EpisodeDifference(outcome.Episode.Id, difference));
                            }
                        }
                    },
                    "compare"
                )
            )
            .RunAsync(token)
            .ConfigureAwait(false);
        return ran is Result<FlowReport>.Failed failed
            ? failed.Fault
            : new EpisodesReplayResult(reader.Folder, episodes, turns, differing, replies.Groups, listed.ToImmutable());
    }

    private static Rules RulesOf(DatasetManifest manifest, string folder)
    {
        return new(
            Of("invalid_reply_reward") is { } reward ? PenaltyOf(reward, folder) : 0,
            Of(InvalidReply.PropertyName) is { } rule ? InvalidReply.Find(rule).OrThrow() : InvalidReplyRule.NoOp,
            Of(Observations.PropertyName) is { } kind ? Observations.Find(kind).OrThrow() : ObservationKind.Image
        );

        string? Of(string name) =>
            manifest.Properties.GetValueOrDefault(name) is not PropertyValues.Differs and var value
                ? value
                : throw new FaultException(
                    Fault.Configuration(
                        $"its episodes were not all made with the same {name}",
                        folder,
                        "replay the datasets that it was merged from"
                    )
                );
    }

    private static float PenaltyOf(string text, string folder) =>
        float.TryParse(text, CultureInfo.InvariantCulture, out float penalty) && float.IsFinite(penalty)
            ? penalty
            : throw new FaultException(
                Fault.Data($"the manifest's invalid_reply_reward is '{text}', which is no number", folder, "restore the manifest")
            );

    private static ReplayDifference? Compare(StoredEpisode stored, Rules rules, string folder)
    {
        Result<IEnvironment> found = EnvironmentCatalog.Find(stored.Environment);
        if (found is Result<IEnvironment>.Failed { Fault: var fault })
        {
            throw new FaultException(
                Fault.Data(
                    fault.What,
                    $"{folder}, episode {stored.Id}",
                    "only episodes of the environments of `vlmq env list` can be stepped again"
                )
            );
        }
        Episode episode = EpisodeStorage.Decode(stored).OrThrow();
        return EpisodeReplay.FirstDifference(found.OrThrow(), episode, rules.Penalty, rules.Invalid, rules.Observations);
    }

    /// <summary>What a reply that named no action cost, what was done in its place, and what the policy saw.</summary>
    private readonly record struct Rules(float Penalty, InvalidReplyRule Invalid, ObservationKind Observations);
}
