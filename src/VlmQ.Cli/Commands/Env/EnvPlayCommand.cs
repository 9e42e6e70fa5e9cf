using System.CommandLine;
using VlmQ.Cli.Pipelines.Stages;
using VlmQ.Cli.Play;
using VlmQ.Cli.Terminal;
using VlmQ.Collection;
using VlmQ.Core.Environments;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Episodes;
using VlmQ.Datasets.Writing;

namespace VlmQ.Cli.Commands.Env;

/// <summary><c>vlmq env play</c>: a person plays.</summary>
internal static class EnvPlayCommand
{
    public static Command Create()
    {
        EnvironmentOption environment = new();
        Option<long> seed = Options.Of("--seed", "Which episodes.", 1L);
        Option<int?> episodes = Options.Maybe<int?>("--episodes", "Ends after this many episodes.");
        Option<string> observations = Options.Observations();
        Option<string?> output = new("--out")
        {
            Description = "A folder for a dataset of the whole episodes; one that an interrupted session left is gone on with.",
            HelpName = "DIR",
        };
        ExampleCommand command = new(
            "play",
            "Lets a person play, by keys in a terminal and otherwise by lines of standard input, and keeps the episodes as demonstrations.",
            "vlmq env play blackjack --seed 3 --out demonstrations"
        )
        {
            seed,
            episodes,
            observations,
            output,
        };
        environment.AddTo(command);
        command.Runs(
            async (parsed, shell, token) =>
            {
                if (parsed.AtLeast(episodes, 1) is { } wrong)
                {
                    return wrong;
                }
                IEnvironment found = environment.Of(parsed).OrThrow();
                CollectOptions options = new()
                {
                    Seed = parsed.GetValue(seed),
                    Episodes = parsed.GetValue(episodes),
                    Observations = Observations.Find(parsed.GetValue(observations)!).OrThrow(),
                };
                IPlayerInput input = Console.IsInputRedirected ? new LineInput(Console.In, shell) : new KeyInput();
                PlaySession session = new(found, options, input, shell);
                string? folder = parsed.GetValue(output);
                RolloutStatistics played = folder is null
                    ? await PlayAsync(session, 0, options.Episodes, _ => ValueTask.CompletedTask, token).ConfigureAwait(false)
                    : await RecordAsync(session, found, options, folder, token).ConfigureAwait(false);
                Report(shell, found, played, folder);
                return ExitCode.Done;
            },
            keeps: parsed => parsed.GetValue(output) is not null
        );
        return command;
    }

    private static async Task<RolloutStatistics> RecordAsync(
        PlaySession session,
        IEnvironment environment,
        CollectOptions options,
        string folder,
        CancellationToken token
    )
    {
        DatasetHeader header = new EpisodesHeader
        {
            Environment = environment,
            Policy = PlaySession.PolicyName,
            Seed = options.Seed,
            Observations = options.Observations,
        }.Make();
        // A person is slow and a session short: each episode is kept as soon as it is over.
        DatasetWriterOptions kept = new() { PartRows = 1 };
        await using DatasetWriter<StoredEpisode> writer = EpisodeDataset.OpenWriter(folder, header, kept).OrThrow();
        if (writer.Manifest.Complete)
        {
            throw new FaultException(Fault.Configuration("holds a finished session already", folder, "choose another --out"));
        }
        RolloutStatistics played = await PlayAsync(
                session,
                writer.Consumed,
                options.Episodes,
                episode => writer.WriteAsync(EpisodeStorage.Encode(episode), token),
                token
            )
            .ConfigureAwait(false);
        await writer.CompleteAsync(token).ConfigureAwait(false);
        return played;
    }

    /// <summary>Plays until the person leaves or the last episode is over.</summary>
    private static async Task<RolloutStatistics> PlayAsync(
        PlaySession session,
        long first,
        long? limit,
        Func<Episode, ValueTask> keep,
        CancellationToken token
    )
    {
        RolloutStatistics played = RolloutStatistics.None;
        for (long index = first; index < (limit ?? long.MaxValue); index++)
        {
            if (await session.PlayAsync(index, token).ConfigureAwait(false) is not { } episode)
            {
                break;
            }
            await keep(episode).ConfigureAwait(false);
            played = played.Add(episode);
        }
        return played;
    }

    private static void Report(Shell shell, IEnvironment environment, RolloutStatistics played, string? folder) =>
        shell.Result(
            new
            {
                env = environment.Id,
                played.Episodes,
                Turns = played.Replies.Replies,
                played.Successes,
                played.TotalReturn,
                folder,
            },
            result =>
                $"{NumberText.Count(result.Episodes, "episode")}, {NumberText.Count(result.Turns, "turn")}, "
                + $"{NumberText.Count(result.Successes, "success", "successes")}, "
                + NumberText.Of($"return {result.TotalReturn:g6}")
                + (result.folder is null ? "" : $"; in {result.folder}")
        );
}
