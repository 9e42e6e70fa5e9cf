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

    public async Task<Result<DatasetManifest>> RunAsync(string name, string folder, IProgressBoard board, CancellationToken token)
    {
        await using DatasetWriter<StoredEpisode> writer = EpisodeDataset.OpenWriter(folder, Header()).OrThrow();
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
        using IProgressLine line = board.Begin(name, Turns, "turns");
        Result<FlowReport> ran = await collector
            .Collect(options)
            .ParallelMap(Workers, EpisodeStorage.Encode, "encode")
            .To(Sink.ForEach<StoredEpisode>(
                async (episode, cancellation) =>
                {
                    await writer.WriteAsync(episode, cancellation).ConfigureAwait(false);
                    done += episode.Turns.Length;
                    line.Report(done);
                },
                "write"))
            .RunAsync(token)
            .ConfigureAwait(false);
        return ran is Result<FlowReport>.Failed failed ? failed.Fault : await writer.CompleteAsync(token).ConfigureAwait(false);
    }

    private DatasetHeader Header()
    {
        string config = string.Create(
            CultureInfo.InvariantCulture,
            $"{Environment.Id}; {Policy.Name}; seed {Seed}; turns {Turns}; episodes {Episodes}; penalty {Penalty}; parser {Parser.Name}; template {Template.Digest}");
        return new DatasetHeader
        {
            Title = $"Episodes of {Environment.Id}",
            Digests = ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, [KeyValuePair.Create(DigestNames.Config, Digest.Of(config))]),
            Properties = ImmutableSortedDictionary.CreateRange(
                StringComparer.Ordinal,
                [
                    KeyValuePair.Create("environment", Environment.Id),
                    KeyValuePair.Create("policy", Policy.Name),
                    KeyValuePair.Create("seed", Seed.ToString(CultureInfo.InvariantCulture)),
                    KeyValuePair.Create("parser", Parser.Name),
                    KeyValuePair.Create("invalid_reply_reward", Penalty.ToString(CultureInfo.InvariantCulture)),
                ]),
        };
    }
}
