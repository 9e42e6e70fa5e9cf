using System.Collections.Immutable;
using System.Globalization;
using VlmQ.Cli.Terminal;
using VlmQ.Collection;
using VlmQ.Collection.Policies;
using VlmQ.Core.Environments;
using VlmQ.Core.Episodes;
using VlmQ.Core.Prompting;
using VlmQ.Dataflow;
using VlmQ.Datasets.Episodes;
using VlmQ.Datasets.Inspection;
using VlmQ.Datasets.Manifest;
using VlmQ.Datasets.Storage;
using VlmQ.Datasets.Writing;

namespace VlmQ.Cli.Pipelines.Stages;

/// <summary>Plays episodes and writes them as a dataset; a folder that holds some goes on from there.</summary>
internal sealed record CollectStage
{
    public required IEnvironment Environment { get; init; }

    public required IPolicy Policy { get; init; }

    /// <summary>What of the policy's settings is not as by default; empty where all is.</summary>
    public string PolicySettings { get; init; } = "";

    /// <summary>What the policy is shown, and the episodes hold.</summary>
    public ObservationKind Observations { get; init; } = ObservationKind.Image;

    public required PromptTemplate Template { get; init; }

    public required long Seed { get; init; }

    /// <summary>At most this many turns, in whole episodes; null for no limit.</summary>
    public long? Turns { get; init; }

    /// <summary>Exactly this many episodes; null for no limit.</summary>
    public long? Episodes { get; init; }

    /// <summary>How replies are read, and what those earn that name no action.</summary>
    public ReplyRules Replies { get; init; } = new();

    /// <summary>Threads that step environments, and as many again that encode pictures.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>Episodes whose turns make a batch, for a policy that answers in batches.</summary>
    public int Lanes { get; init; } = new CollectOptions().Lanes;

    /// <summary>How the dataset is cut into parts.</summary>
    public DatasetWriterOptions Writer { get; init; } = new();

    public async Task<Result<CollectOutcome>> RunAsync(string name, string folder, IProgressBoard board, CancellationToken token)
    {
        await using DatasetWriter<StoredEpisode> writer = EpisodeDataset.OpenWriter(folder, Header(), Writer).OrThrow();
        ReplyReader reader = new(Replies.Parser, Environment.Actions);
        ReplyCounts replies = await CountAsync(folder, writer.Consumed, reader, token).ConfigureAwait(false);
        if (writer.Manifest.Complete)
        {
            return Outcome(writer.Manifest, replies);
        }
        EpisodeCollector collector = new(Environment, Template, Policy);
        Fault? policyFault = null;
        CollectOptions options = new()
        {
            Lanes = Lanes,
            Workers = Workers,
            PolicyFailed = Policy.IsReproducible ? null : fault => policyFault = fault,
            Stop = Policy.IsReproducible ? CancellationToken.None : token,
            Seed = Seed,
            FirstEpisode = writer.Consumed,
            Turns = Turns - writer.Manifest.Turns,
            Episodes = Episodes - writer.Consumed,
            InvalidReplyReward = Replies.Penalty,
            InvalidReplies = Replies.Invalid,
            Parser = Replies.Parser,
            Observations = Observations,
        };
        long done = writer.Manifest.Turns;
        using IProgressLine line = board.Begin(name, Turns, "turns", done);
        await using Kept kept = new(Policy.IsReproducible ? null : writer);
        Result<FlowReport> ran = await collector
            .Collect(options)
            .ParallelMap(Workers, EpisodeStorage.Encode, "encode")
            .To(
                Sink.ForEach<StoredEpisode>(
                    async (episode, cancellation) =>
                    {
                        await writer.WriteAsync(episode, cancellation).ConfigureAwait(false);
                        done += episode.Turns.Length;
                        replies = Count(replies, episode, reader);
                        line.Report(done);
                    },
                    "write"
                )
            )
            // What could not be made again flows to its end: an interruption stops the players alone.
            .RunAsync(Policy.IsReproducible ? token : CancellationToken.None)
            .ConfigureAwait(false);
        token.ThrowIfCancellationRequested();
        return ran is Result<FlowReport>.Failed failed ? failed.Fault
            : policyFault is not null ? GoesOn(policyFault)
            : Outcome(await writer.CompleteAsync(token).ConfigureAwait(false), replies);
    }

    /// <summary>However collecting ends, what was written and could not be made again is committed.</summary>
    private readonly struct Kept(DatasetWriter<StoredEpisode>? writer) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            if (writer is { CanGoOn: true })
            {
                await writer.KeepAsync(CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Counts the replies of the episodes that a folder holds already.</summary>
    private static async Task<ReplyCounts> CountAsync(string folder, long episodes, ReplyReader reader, CancellationToken token)
    {
        ReplyCounts replies = ReplyCounts.None;
        if (episodes > 0)
        {
            await foreach (StoredEpisode episode in EpisodeDataset.OpenReader(folder).OrThrow().ReadAsync(cancellationToken: token))
            {
                replies = Count(replies, episode, reader);
            }
        }
        return replies;
    }

    private static ReplyCounts Count(ReplyCounts replies, StoredEpisode episode, ReplyReader reader)
    {
        foreach (StoredTurn turn in episode.Turns)
        {
            replies = replies.Add(turn.Reply.Text, turn.Action is not null, reader);
        }
        return replies;
    }

    // What could not be made again has been committed, unlike where the policy's other users stop.
    private static Fault GoesOn(Fault fault) =>
        new(fault.Kind, fault.What, fault.Where, fault.Remedy + "; what was collected is kept, and the same command goes on from there");

    private CollectOutcome Outcome(DatasetManifest manifest, ReplyCounts replies) =>
        new(manifest, new ReplyGroup(Environment.Id, Policy.Name, replies));

    private DatasetHeader Header() =>
        new EpisodesHeader
        {
            Environment = Environment,
            Policy = Policy.Name,
            PolicySettings = PolicySettings,
            Seed = Seed,
            Replies = Replies,
            Observations = Observations,
            Limit = string.Create(CultureInfo.InvariantCulture, $"turns {Turns}, episodes {Episodes}"),
            Template = Template,
        }.Make();
}
