using System.Collections.Immutable;
using VlmQ.Cli.Configuration;
using VlmQ.Cli.Reports.Failures;
using VlmQ.Cli.Terminal;
using VlmQ.Collection;
using VlmQ.Core.Environments;
using VlmQ.Core.Episodes;
using VlmQ.Core.Prompting;
using VlmQ.Core.Randomness;
using VlmQ.Dataflow;

namespace VlmQ.Cli.Pipelines.Stages;

/// <summary>Plays episodes of an environment and says how they went.</summary>
internal sealed record EvaluateStage
{
    public required IEnvironment Environment { get; init; }

    public required PromptTemplate Template { get; init; }

    public required EvaluateConfiguration Evaluate { get; init; }

    /// <summary>How replies are read, and what those earn that name no action.</summary>
    public ReplyRules Replies { get; init; } = new();

    /// <summary>What the player is shown.</summary>
    public ObservationKind Observations { get; init; } = ObservationKind.Image;

    public required long Seed { get; init; }

    private ReplyReader Reader => new(Replies.Parser, Environment.Actions);

    /// <summary>Lets each of several play.</summary>
    /// <returns>How it went, in their order.</returns>
    public async Task<Result<ImmutableArray<Evaluated>>> RunAsync(
        string name,
        ImmutableArray<Player> players,
        IProgressBoard board,
        CancellationToken token
    )
    {
        ImmutableArray<Evaluated>.Builder results = ImmutableArray.CreateBuilder<Evaluated>();
        foreach (Player player in players)
        {
            Result<Evaluated> played = await PlayAsync($"{name}, {player.Name}", player, 0, board, token).ConfigureAwait(false);
            if (played is Result<Evaluated>.Failed failed)
            {
                return failed.Fault;
            }
            results.Add(played.OrThrow());
        }
        return results.ToImmutable();
    }

    /// <summary>Lets one play.</summary>
    /// <param name="name">What the progress line is called.</param>
    /// <param name="player">Who plays.</param>
    /// <param name="failures">How many of the worst episodes to keep.</param>
    /// <param name="board">Shows progress.</param>
    /// <param name="token">Stops it.</param>
    public async Task<Result<Evaluated>> PlayAsync(string name, Player player, int failures, IProgressBoard board, CancellationToken token)
    {
        EpisodeCollector collector = new(Environment, Template, player.Policy);
        ImmutableArray<EnvironmentState>? starts = player.Greedy && Environment is IListsStarts listed ? listed.Starts : null;
        int episodes = starts?.Length ?? (player.Greedy ? Evaluate.GreedyEpisodes : Evaluate.Episodes);
        CollectOptions options = OptionsOf(player);
        Source<Episode> source = starts is { } all
            ? collector.CollectFrom(all, options)
            : collector.Collect(options with { Episodes = episodes });
        RolloutBreakdown played = RolloutBreakdown.None;
        WorstEpisodes worst = new(failures, Template, Reader);
        using IProgressLine line = board.Begin(name, episodes, "episodes");
        Result<FlowReport> ran = await source
            .To(
                Sink.ForEach<Episode>(episode =>
                {
                    EnvironmentState start = starts is { } all ? all[(int)episode.Seed] : Environment.Reset(episode.Seed);
                    string goalType = Environment.GoalType(start);
                    played = played.Add(goalType, episode, Reader);
                    worst.Add(episode, goalType);
                    line.Report(played.Total.Episodes, NumberText.Of($"{100 * played.Total.SuccessRate:f1}% succeed"));
                })
            )
            .RunAsync(token)
            .ConfigureAwait(false);
        return ran is Result<FlowReport>.Failed failed ? failed.Fault : new Evaluated(player, played, worst.Kept);
    }

    private CollectOptions OptionsOf(Player player) =>
        new()
        {
            // Evaluation has episodes of its own: none of them was trained on.
            Seed = (long)(RandomKey.Of(Seed, "evaluation").Value >> 1),
            Lanes = player.Lanes,
            Parser = Replies.Parser,
            InvalidReplyReward = Replies.Penalty,
            InvalidReplies = Replies.Invalid,
            Observations = Observations,
        };
}
