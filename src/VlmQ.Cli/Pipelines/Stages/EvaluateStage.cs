using System.Collections.Immutable;
using TorchSharp;
using VlmQ.Cli.Configuration;
using VlmQ.Cli.Terminal;
using VlmQ.Collection;
using VlmQ.Collection.Policies;
using VlmQ.Core.Environments;
using VlmQ.Core.Episodes;
using VlmQ.Core.Prompting;
using VlmQ.Core.Randomness;
using VlmQ.Dataflow;
using VlmQ.Datasets.Tokenization;
using VlmQ.Learning;
using VlmQ.Models;
using VlmQ.Models.Generation;
using VlmQ.Models.Kernels;

namespace VlmQ.Cli.Pipelines.Stages;

/// <summary>Plays episodes with a trained model: greedily and by sampling.</summary>
internal sealed record EvaluateStage
{
    public required IEnvironment Environment { get; init; }

    public required PromptTemplate Template { get; init; }

    public required TextTokenizer Tokenizer { get; init; }

    public required EvaluateConfiguration Evaluate { get; init; }

    /// <summary>How replies are read, and what those earn that name no action.</summary>
    public ReplyRules Replies { get; init; } = new();

    /// <summary>What the model is shown.</summary>
    public ObservationKind Observations { get; init; } = ObservationKind.Image;

    /// <summary>Most tokens of a reply.</summary>
    public required int ReplyLimit { get; init; }

    public required long Seed { get; init; }

    public int Threads { get; init; } = 1;

    /// <summary>Plays with the model of a checkpoint.</summary>
    /// <returns>The statistics by decoding, <c>greedy</c> and <c>sample</c>.</returns>
    public async Task<Result<ImmutableArray<(string Decoding, RolloutStatistics Statistics)>>> RunAsync(
        string name,
        string checkpoint,
        IProgressBoard board,
        CancellationToken token
    )
    {
        if (!Checkpoint.Exists(checkpoint) && !Directory.Exists(checkpoint))
        {
            return Fault.Data("there is no such folder", checkpoint, "name the folder of a checkpoint: one with a checkpoint.json");
        }
        CheckpointInfo info = Checkpoint.ReadInfo(checkpoint).OrThrow();
        if (info.TokenizerDigest != Tokenizer.Digest)
        {
            string what = $"the model's tokenizer is {info.TokenizerDigest}, not {Tokenizer.Digest}";
            return Fault.Data(what, checkpoint, "name the tokenizer that it was trained with");
        }
        torch.set_num_threads(Threads);
        using VisionLanguageModel model = Checkpoint.LoadModel(checkpoint, Kernels.Best).OrThrow();
        ImmutableArray<(string, RolloutStatistics)>.Builder results = ImmutableArray.CreateBuilder<(string, RolloutStatistics)>();
        foreach (Decoding how in (Decoding[])[new Decoding.Greedy(), new Decoding.Sampling(Evaluate.Temperature)])
        {
            bool greedy = how is Decoding.Greedy;
            string decoding = greedy ? "greedy" : "sample";
            ModelPolicy policy = new(model, Tokenizer, how, ReplyLimit, decoding);
            Result<RolloutStatistics> played = await PlayAsync($"{name}, {decoding}", policy, greedy, board, token).ConfigureAwait(false);
            if (played is Result<RolloutStatistics>.Failed failed)
            {
                return failed.Fault;
            }
            results.Add((decoding, played.OrThrow()));
        }
        return results.ToImmutable();
    }

    private async Task<Result<RolloutStatistics>> PlayAsync(
        string name,
        IPolicy policy,
        bool greedy,
        IProgressBoard board,
        CancellationToken token
    )
    {
        EpisodeCollector collector = new(Environment, Template, policy);
        // Evaluation has episodes of its own: none of them was trained on.
        CollectOptions options = new()
        {
            Seed = (long)(RandomKey.Of(Seed, "evaluation").Value >> 1),
            Lanes = 64,
            Parser = Replies.Parser,
            InvalidReplyReward = Replies.Penalty,
            InvalidReplies = Replies.Invalid,
            Observations = Observations,
        };
        ReplyReader reader = new(Replies.Parser, Environment.Actions);
        bool listed = greedy && Environment is IListsStarts;
        int episodes =
            listed ? ((IListsStarts)Environment).Starts.Length
            : greedy ? Evaluate.GreedyEpisodes
            : Evaluate.Episodes;
        Source<Episode> source = listed
            ? collector.CollectFrom(((IListsStarts)Environment).Starts, options)
            : collector.Collect(options with { Episodes = episodes });
        RolloutStatistics statistics = RolloutStatistics.None;
        using IProgressLine line = board.Begin(name, episodes, "episodes");
        Result<FlowReport> ran = await source
            .To(
                Sink.ForEach<Episode>(episode =>
                {
                    statistics = statistics.Add(episode, reader);
                    line.Report(statistics.Episodes);
                })
            )
            .RunAsync(token)
            .ConfigureAwait(false);
        return ran is Result<FlowReport>.Failed failed ? failed.Fault : statistics;
    }
}
