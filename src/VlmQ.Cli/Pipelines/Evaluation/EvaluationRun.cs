using System.Collections.Immutable;
using System.Text.Json.Nodes;
using VlmQ.Cli.Pipelines.Stages;
using VlmQ.Cli.Reports.Failures;
using VlmQ.Cli.Terminal;
using VlmQ.Collection;
using VlmQ.Core.Environments;
using VlmQ.Core.Episodes;

namespace VlmQ.Cli.Pipelines.Evaluation;

/// <summary>Several environments, each played in one or several ways, one after the other.</summary>
internal sealed record EvaluationRun
{
    private const long UsualSeed = 1;

    /// <summary>How each environment is played.</summary>
    public required ImmutableArray<EvaluateStage> Stages { get; init; }

    /// <summary>Who plays them.</summary>
    public required ImmutableArray<PlayerSource> Sources { get; init; }

    /// <summary>The seed of episodes and sampling; null: of each source, or 1.</summary>
    public long? Seed { get; init; }

    /// <summary>Where results are kept; null: nowhere.</summary>
    public EvaluationFolder? Folder { get; init; }

    /// <summary>How many of the episodes that did not succeed are kept in all.</summary>
    public int Failures { get; init; }

    /// <summary>What is evaluated and how, the environments aside.</summary>
    /// <param name="players">What decides the players' replies.</param>
    public JsonObject Settings(JsonObject players)
    {
        EvaluateStage stage = Stages[0];
        return new JsonObject
        {
            ["player"] = players.DeepClone(),
            ["observations"] = Observations.NameOf(stage.Observations),
            ["parser"] = stage.Replies.Parser.Name,
            ["penalty"] = stage.Replies.Penalty,
            ["invalid_replies"] = InvalidReply.NameOf(stage.Replies.Invalid),
            ["episodes"] = stage.Evaluate.Episodes,
            ["greedy_episodes"] = stage.Evaluate.GreedyEpisodes,
            ["seed"] =
                Seed is null && Sources.Any(source => source.Seed is not null) ? "of each model" : JsonValue.Create(Seed ?? UsualSeed),
            ["failures"] = Failures,
        };
    }

    /// <summary>What differs from one environment to another: settings by id.</summary>
    public JsonObject OfEnvironments() =>
        new(
            Stages.Select(stage =>
                KeyValuePair.Create<string, JsonNode?>(stage.Environment.Id, new JsonObject { ["template"] = stage.Template.Digest })
            )
        );

    /// <summary>Plays what the folder does not hold already.</summary>
    public async Task<Result<ImmutableArray<FailedEpisodes>>> RunAsync(IProgressBoard board, CancellationToken token)
    {
        ImmutableArray<FailedEpisodes>.Builder all = ImmutableArray.CreateBuilder<FailedEpisodes>();
        int waysLeft = Stages.Length * Sources.Sum(source => source.Ways.Length);
        int placesLeft = Failures;
        foreach (PlayerSource source in Sources)
        {
            OpenedPlayers? opened = null;
            try
            {
                for (int i = 0; i < Stages.Length * source.Ways.Length; i++)
                {
                    token.ThrowIfCancellationRequested();
                    (int environment, int way) = (i / source.Ways.Length, i % source.Ways.Length);
                    EvaluateStage stage = Stages[environment] with { Seed = Seed ?? source.Seed ?? UsualSeed };
                    string player = EvaluationRow.NameOf(source.Model, source.Ways[way]);
                    FailedEpisodes? one = Folder?.Find(stage.Environment.Id, player);
                    if (one is null)
                    {
                        opened ??= source.Open().OrThrow();
                        // Each has an equal share of the places; what one does not need is shared among those after it.
                        int places = (placesLeft + waysLeft - 1) / waysLeft;
                        Result<Evaluated> played = await stage
                            .PlayAsync($"{stage.Environment.Id}, {player}", opened.OfEach[environment][way], places, board, token)
                            .ConfigureAwait(false);
                        if (played is Result<Evaluated>.Failed failed)
                        {
                            return failed.Fault;
                        }
                        one = Of(stage.Environment.Id, source.Model, played.OrThrow());
                        Folder?.Keep(one);
                    }
                    all.Add(one);
                    waysLeft--;
                    placesLeft = Math.Max(0, placesLeft - one.Worst.Length);
                }
            }
            finally
            {
                opened?.Dispose();
            }
        }
        return all.ToImmutable();
    }

    private static FailedEpisodes Of(string env, string? model, Evaluated evaluated) =>
        new(
            new EvaluationRow(evaluated.Played)
            {
                Env = env,
                Model = model,
                Decoding = evaluated.Player.IsModel ? evaluated.Player.Name : null,
                Policy = evaluated.Player.IsModel ? null : evaluated.Player.Name,
            },
            evaluated.Worst
        );
}
