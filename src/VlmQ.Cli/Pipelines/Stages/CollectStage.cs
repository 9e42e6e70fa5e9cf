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
using VlmQ.Datasets.Manifest;
using VlmQ.Datasets.Storage;
using VlmQ.Datasets.Writing;

namespace VlmQ.Cli.Pipelines.Stages;

/// <summary>Plays episodes and writes them as a dataset; a folder that holds some goes on from there.</summary>
internal sealed record CollectStage
{
    public required IEnvironment Environment { get; init; }

    public required IPolicy Policy { get; init; }

    public required PromptTemplate Template { get; init; }

    public ActionParser Parser { get; init; } = ActionParser.Strict;

    public required long Seed { get; init; }

    /// <summary>At most this many turns, in whole episodes; null for no limit.</summary>
    public long? Turns { get; init; }

    /// <summary>Exactly this many episodes; null for no limit.</summary>
    public long? Episodes { get; init; }

    /// <summary>The reward of a reply that did not parse.</summary>
    public float Penalty { get; init; } = -1;

    public int Workers { get; init; } = 1;

    /// <summary>How the dataset is cut into parts.</summary>
    public DatasetWriterOptions Writer { get; init; } = new();

    public async Task<Result<DatasetManifest>> RunAsync(string name, string folder, IProgressBoard board, CancellationToken token)
    {
        await using DatasetWriter<StoredEpisode> writer = EpisodeDataset.OpenWriter(folder, Header(), Writer).OrThrow();
        if (writer.Manifest.Complete)
        {
            return writer.Manifest;
        }
        EpisodeCollector collector = new(Environment, Template, Policy);
        CollectOptions options = new()
        {
            Seed = Seed,
            FirstEpisode = writer.Consumed,
            Turns = Turns - writer.Manifest.Turns,
            Episodes = Episodes - writer.Consumed,
            InvalidReplyReward = Penalty,
            Parser = Parser,
        };
        long done = writer.Manifest.Turns;
        using IProgressLine line = board.Begin(name, Turns, "turns", done);
        Result<FlowReport> ran = await collector
            .Collect(options)
            .ParallelMap(Workers, EpisodeStorage.Encode, "encode")
            .To(
                Sink.ForEach<StoredEpisode>(
                    async (episode, cancellation) =>
                    {
                        await writer.WriteAsync(episode, cancellation).ConfigureAwait(false);
                        done += episode.Turns.Length;
                        line.Report(done);
                    },
                    "write"
                )
            )
            .RunAsync(token)
            .ConfigureAwait(false);
        return ran is Result<FlowReport>.Failed failed ? failed.Fault : await writer.CompleteAsync(token).ConfigureAwait(false);
    }

    private DatasetHeader Header()
    {
        ImmutableSortedDictionary<string, string> properties = ImmutableSortedDictionary.CreateRange(
            StringComparer.Ordinal,
            [
                KeyValuePair.Create("environment", Environment.Id),
                KeyValuePair.Create("policy", Policy.Name),
                KeyValuePair.Create("seed", Seed.ToString(CultureInfo.InvariantCulture)),
                KeyValuePair.Create("parser", Parser.Name),
                KeyValuePair.Create("invalid_reply_reward", Penalty.ToString(CultureInfo.InvariantCulture)),
            ]
        );
        // A digest each, so that a folder made otherwise can be told what is different.
        return new DatasetHeader
        {
            Title = $"Episodes of {Environment.Id}",
            Digests = properties
                .Add("limit", string.Create(CultureInfo.InvariantCulture, $"turns {Turns}, episodes {Episodes}"))
                .Add(DigestNames.Template, Template.Digest)
                .ToImmutableSortedDictionary(pair => pair.Key, pair => Digest.Of(pair.Value), StringComparer.Ordinal),
            Properties = properties,
        };
    }
}
