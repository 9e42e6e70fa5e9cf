using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using VlmQ.Collection.Policies;
using VlmQ.Core.Environments;
using VlmQ.Core.Environments.GymCards;
using VlmQ.Core.Episodes;
using VlmQ.Core.Prompting;
using VlmQ.Core.Randomness;
using VlmQ.Dataflow;
using VlmQ.Datasets.Conversion;
using VlmQ.Datasets.Episodes;
using VlmQ.Datasets.Tokenization;
using VlmQ.Datasets.Writing;
using VlmQ.Tests.Shared;

namespace VlmQ.Collection.Tests;

public class EpisodeCollectorTests
{
    private static readonly NumberLine Game = new();

    private static readonly PromptTemplate Template = ShippedPrompts.Brief.For(Game.Id).OrThrow();

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 3)]
    [InlineData(4, 8)]
    [InlineData(5, 64)]
    public async Task Episodes_are_the_same_in_the_same_order_whatever_the_workers_and_the_lanes(int workers, int lanes)
    {
        CollectOptions options = new() { Seed = 5, Episodes = 60 };
        ImmutableArray<string> expected = [.. (await Collect(new NoisyPolicy(), options)).Select(Told)];
        options = options with { Workers = workers, Lanes = lanes };
        Assert.Equal(expected, (await Collect(new NoisyPolicy(), options)).Select(Told));
        Assert.Equal(expected, (await Collect(new Together(new NoisyPolicy()), options)).Select(Told));
        Assert.Equal(60, expected.Distinct().Count());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Turns_are_limited_alike_whatever_the_workers_and_the_lanes(bool together)
    {
        IPolicy policy = together ? new Together(new NoisyPolicy()) : new NoisyPolicy();
        CollectOptions options = new() { Seed = 8, Turns = 200 };
        ImmutableArray<string> expected = [.. (await Collect(policy, options with { Lanes = 1 })).Select(Told)];
        Assert.Equal(expected, (await Collect(policy, options with { Workers = 3, Lanes = 20 })).Select(Told));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_episode_that_takes_long_does_not_let_the_ones_after_it_pile_up(bool together)
    {
        Late policy = new(together);
        // A hand in which nothing is done goes on.
        Blackjack game = new();
        EpisodeCollector collector = new(game, ShippedPrompts.Brief.For(game.Id).OrThrow(), policy);
        CollectOptions options = new()
        {
            Seed = 5,
            Episodes = 200,
            Workers = 3,
            Lanes = 4,
        };
        List<Episode> episodes = [];
        Task collecting = Task.Run(async () =>
        {
            await foreach (Episode episode in collector.Collect(options).ReadAsync())
            {
                episodes.Add(episode);
            }
        });
        // Twice the lanes, or twice the workers.
        int most = together ? 8 : 6;
        while (policy.Begun < most)
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
        await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.Equal(most, policy.Begun);
        Assert.Empty(episodes);
        policy.Release();
        await collecting;
        Assert.Equal(Enumerable.Range(0, 200), episodes.Select(episode => int.Parse(episode.Id[^6..], CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task Collecting_can_go_on_where_it_was_left()
    {
        CollectOptions options = new()
        {
            Seed = 5,
            Episodes = 30,
            Lanes = 4,
        };
        ImmutableArray<Episode> all = await Collect(new NoisyPolicy(), options);
        ImmutableArray<Episode> rest = await Collect(new NoisyPolicy(), options with { FirstEpisode = 20, Episodes = 10 });
        Assert.Equal(all.Skip(20).Select(Told), rest.Select(Told));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(1000)]
    public async Task Turns_are_limited_in_whole_episodes(int turns)
    {
        ImmutableArray<Episode> episodes = await Collect(new RandomPolicy(), new CollectOptions { Seed = 3, Turns = turns });
        int sum = episodes.Sum(episode => episode.Turns.Length);
        Assert.InRange(sum, Math.Max(0, turns - NumberLine.MostSteps + 1), turns);
        ImmutableArray<Episode> more = await Collect(new RandomPolicy(), new CollectOptions { Seed = 3, Episodes = episodes.Length + 1 });
        Assert.Equal(episodes.Select(Told), more.SkipLast(1).Select(Told));
        Assert.True(sum + more[^1].Turns.Length > turns);
    }

    [Fact]
    public async Task Every_recorded_reward_and_picture_is_found_again_by_stepping_the_environment()
    {
        foreach (Episode episode in await Collect(new NoisyPolicy(), new CollectOptions { Seed = 11, Episodes = 40 }))
        {
            EnvironmentState state = Game.Reset(episode.Seed);
            foreach (Turn turn in episode.Turns)
            {
                Assert.Equal(Game.Observe(state), turn.Observation);
                Assert.Equal(Game.Info(state), turn.Info);
                StepResult step = Game.Step(state, turn.Action);
                Assert.Equal(turn.Action is null ? -1 : step.Reward, turn.Reward);
                Assert.Equal((step.Terminated, step.Truncated), (turn.Terminated, turn.Truncated));
                state = step.State;
            }
            Assert.Equal(episode.Turns[^1].Truncated ? Game.Observe(state) : null, episode.FinalObservation);
            Assert.Equal(episode.Return > 0, episode.Success);
        }
    }

    [Fact]
    public async Task Random_play_scores_what_the_reference_says()
    {
        RolloutStatistics statistics = RolloutStatistics.None;
        EpisodeCollector collector = new(Game, Template, new RandomPolicy());
        await foreach (Episode episode in collector.Collect(new CollectOptions { Seed = 1, Episodes = 4_000 }).ReadAsync())
        {
            statistics = statistics.Add(episode);
        }
        // Exact: success 0.28299, return −2.48294, length 6.18842, target reached 0.61127; five standard errors.
        Assert.Equal(0.28299, statistics.SuccessRate, 0.036);
        Assert.Equal(-2.48294, statistics.MeanReturn, 0.25);
        Assert.Equal(6.18842, statistics.MeanLength, 0.3);
        Assert.Equal(0.61127, statistics.TerminatedRate, 0.039);
        Assert.Equal(1, statistics.SyntaxAccuracy);
    }

    [Fact]
    public async Task Every_start_can_be_played_once()
    {
        ImmutableArray<Episode> episodes = await Drain(
            new EpisodeCollector(Game, Template, new Constant("""{"action": "+"}""")).CollectFrom(
                Game.Starts,
                new CollectOptions { Lanes = 7 }
            )
        );
        Assert.Equal(30, episodes.Length);
        Assert.Equal(15, RolloutStatistics.Of(episodes).Successes);
    }

    [Fact]
    public async Task Unreadable_replies_cost_the_penalty_and_an_endless_episode_is_cut()
    {
        Episode episode = Assert.Single(
            await Collect(
                new Constant("I think so"),
                new CollectOptions
                {
                    Episodes = 1,
                    TurnLimit = 4,
                    InvalidReplyReward = -0.5f,
                }
            )
        );
        Assert.Equal(4, episode.Turns.Length);
        Assert.Equal(-2, episode.Return);
        Assert.All(episode.Turns, turn => Assert.Null(turn.Action));
        Assert.True(episode.Turns[^1].Truncated);
        Assert.NotNull(episode.FinalObservation);
        Assert.Equal(0, RolloutStatistics.Of([episode]).SyntaxAccuracy);
    }

    [Fact]
    public async Task A_random_action_in_the_place_of_an_unreadable_one_is_the_seeds_alone_and_earns_its_reward_beside_the_penalty()
    {
        CollectOptions options = new()
        {
            Seed = 4,
            Episodes = 40,
            InvalidReplyReward = -0.25f,
            InvalidReplies = InvalidReplyRule.Random,
        };
        ImmutableArray<Episode> episodes = await Collect(new Constant("up"), options with { Lanes = 16 });
        Assert.Equal(episodes.Select(Told), (await Collect(new Constant("up"), options with { Lanes = 3 })).Select(Told));
        Assert.All(episodes, episode => Assert.Null(EpisodeReplay.FirstDifference(Game, episode, -0.25f, InvalidReplyRule.Random)));
        Assert.Contains(episodes, episode => EpisodeReplay.FirstDifference(Game, episode, -0.25f) is not null);
        Turn[] turns = [.. episodes.SelectMany(episode => episode.Turns)];
        Assert.All(turns, turn => Assert.Null(turn.Action));
        Assert.Equal([-1.25f, -0.25f, 0.75f], turns.Select(turn => turn.Reward).Distinct().Order());
    }

    [Fact]
    public async Task What_is_wrong_with_each_reply_is_counted_while_playing_and_again_from_the_episodes()
    {
        ImmutableArray<Episode> episodes = await Collect(new NoisyPolicy(0.5), new CollectOptions { Seed = 9, Episodes = 100 });
        RolloutStatistics statistics = RolloutStatistics.Of(episodes, new ReplyReader(ActionParser.Strict, Game.Actions));
        ReplyCounts replies = statistics.Replies;
        Assert.Equal(replies.Replies - replies.Valid, replies.Failures.Total);
        Assert.Equal(replies.Failures.Total, replies.Failures.ToDictionary().Values.Sum());
        ReplyFailure[] written = [ReplyFailure.Malformed, ReplyFailure.Truncated, ReplyFailure.NoActionField, ReplyFailure.UnknownAction];
        Assert.Equal(written.Order(), replies.Failures.Rows.Select(row => row.Failure).Order());
        Assert.All(written, failure => Assert.True(replies.Failures[failure] > 0));
        Assert.Equal(statistics, RolloutStatistics.Of(episodes, new ReplyReader(ActionParser.Strict, Game.Actions)));
        Assert.Equal(0, RolloutStatistics.Of(episodes).Replies.Failures.Total);
    }

    [Fact]
    public void Every_kind_of_failure_has_a_name_of_its_own() =>
        Assert.Equal(Enum.GetValues<ReplyFailure>().Length, Enum.GetValues<ReplyFailure>().Select(FailureTable.NameOf).Distinct().Count());

    [Fact]
    public async Task Prompts_with_history_are_the_same_when_they_are_collected_and_when_they_are_converted()
    {
        PromptSource prompts = new(ShippedPrompts.Catalog, "history", "xgen-mm");
        Listener policy = new(new NoisyPolicy());
        ImmutableArray<Episode> episodes = await Drain(
            new EpisodeCollector(Game, prompts.For(Game.Id).OrThrow(), policy).Collect(new CollectOptions { Episodes = 3, Lanes = 1 })
        );
        TextTokenizer tokenizer = TextTokenizer.Load(Path.Combine(Repository.Root, "data", "tokenizers", "tiny")).OrThrow();
        ConversionOptions options = new() { Prompts = prompts };
        EpisodeConverter converter = EpisodeConverter.Create([Game.Id], tokenizer, options).OrThrow();
        ImmutableArray<int>[] converted =
        [
            .. episodes
                .SelectMany(episode => converter.Convert(EpisodeStorage.Encode(episode)).OrThrow().Rows.Take(episode.Turns.Length))
                .Select(row => row.Transition.PromptIds),
        ];
        Assert.Equal(policy.Prompts.Select(prompt => tokenizer.Encode(prompt)), converted);
        Assert.Contains(policy.Prompts, prompt => prompt.Contains("Turn 5: you chose", StringComparison.Ordinal));
        Assert.Contains(policy.Prompts, prompt => prompt.Contains(": you chose none.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Hostile_replies_are_stored_as_they_were_parsed()
    {
        string megabyte = new('{', 1 << 20);
        foreach (
            string text in (string[])["nul \0 byte", "half \ud83d of a pair", "a pair \ud83d\ude00", megabyte, "\u202e\u0000\uffff\ufeff"]
        )
        {
            Episode played = Assert.Single(await Collect(new Constant(text), new CollectOptions { Episodes = 1, TurnLimit = 2 }));
            string folder = Directory.CreateTempSubdirectory("vlmq-replies-").FullName;
            try
            {
                await using (
                    DatasetWriter<StoredEpisode> writer = EpisodeDataset
                        .OpenWriter(
                            folder,
                            new DatasetHeader { Title = "Replies", Digests = ImmutableSortedDictionary<string, string>.Empty }
                        )
                        .OrThrow()
                )
                {
                    await writer.WriteAsync(EpisodeStorage.Encode(played), TestContext.Current.CancellationToken);
                    await writer.CompleteAsync(TestContext.Current.CancellationToken);
                }
                await foreach (StoredEpisode stored in EpisodeDataset.OpenReader(folder).OrThrow().ReadAsync())
                {
                    Assert.Equal(played.Turns.Select(turn => turn.Reply.Text), stored.Turns.Select(turn => turn.Reply.Text));
                }
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        }
        Assert.Equal("half \\ud83d of a pair", new Reply("half \ud83d of a pair").Text);
    }

    [Fact]
    public async Task The_lenient_parser_reads_chatter()
    {
        CollectOptions options = new() { Episodes = 1 };
        Reply chatter = new("""Sure! {"action": "+"}""");
        Assert.Null((await Collect(new Constant(chatter.Text), options))[0].Turns[0].Action);
        Assert.Equal("+", (await Collect(new Constant(chatter.Text), options with { Parser = ActionParser.Rl4Vlm }))[0].Turns[0].Action);
    }

    [Fact]
    public async Task A_fault_of_the_policy_stops_collecting()
    {
        Result<FlowReport> result = await new EpisodeCollector(Game, Template, new Broken())
            .Collect(new CollectOptions { Episodes = 10 })
            .To(Sink.ForEach<Episode>(_ => { }))
            .RunAsync();
        Assert.Equal("the server is gone", Assert.IsType<Result<FlowReport>.Failed>(result).Fault.What);
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(false, 3)]
    [InlineData(true, 1)]
    public async Task Where_the_policy_fails_the_episodes_before_it_are_given_and_the_fault_is_told_once(bool together, int workers)
    {
        RandomKey failing = KeyOf(7);
        Fragile policy = new(together, request => request.EpisodeKey == failing ? throw new FaultException(Gone) : null);
        List<Fault> faults = [];
        ImmutableArray<Episode> episodes = await Collect(policy, Options(workers) with { PolicyFailed = faults.Add });
        Assert.Equal(Gone, Assert.Single(faults));
        ImmutableArray<Episode> whole = await Collect(new RandomPolicy(), Options(1));
        Assert.Equal(whole.Take(episodes.Length).Select(Played), episodes.Select(Played));
        // By themselves, all before it come to their end; side by side, those that had.
        Assert.InRange(episodes.Length, together ? 0 : 7, 7);
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(false, 3)]
    [InlineData(true, 1)]
    public async Task What_is_whole_when_collecting_is_stopped_is_given_and_that_is_no_fault(bool together, int workers)
    {
        using CancellationTokenSource stop = new();
        RandomKey last = KeyOf(9);
        Fragile policy = new(
            together,
            request =>
            {
                if (request.EpisodeKey == last)
                {
                    stop.Cancel();
                }
                return null;
            }
        );
        CollectOptions options = Options(workers) with { Stop = stop.Token, PolicyFailed = fault => Assert.Fail(fault.ToString()) };
        ImmutableArray<Episode> episodes = await Collect(policy, options);
        ImmutableArray<Episode> whole = await Collect(new RandomPolicy(), Options(1));
        Assert.InRange(episodes.Length, together ? 0 : 9 - (2 * workers), 9);
        Assert.Equal(whole.Take(episodes.Length).Select(Played), episodes.Select(Played));
    }

    private static readonly Fault Gone = Fault.External("the server is gone");

    private static CollectOptions Options(int workers) =>
        new()
        {
            Seed = 6,
            Episodes = 30,
            Workers = workers,
            Lanes = 4,
        };

    private static RandomKey KeyOf(long episode) => RandomKey.Of(Options(1).Seed, "policy", episode);

    private static string Played(Episode episode) => Told(episode)[(episode.Policy.Length + 1)..];

    [Fact]
    public void Collecting_without_a_limit_is_refused()
    {
        EpisodeCollector collector = new(Game, Template, new RandomPolicy());
        Assert.Throws<ArgumentException>(() => collector.Collect(new CollectOptions()));
        Assert.Throws<ArgumentOutOfRangeException>(() => collector.Collect(new CollectOptions { Episodes = 1, Lanes = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => collector.Collect(new CollectOptions { Episodes = 1, Workers = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => collector.Collect(new CollectOptions { Episodes = -1 }));
    }

    [Fact]
    public void No_episodes_have_no_rate() => Assert.Equal(double.NaN, RolloutStatistics.None.SuccessRate);

    private static Task<ImmutableArray<Episode>> Collect(IPolicy policy, CollectOptions options) =>
        Drain(new EpisodeCollector(Game, Template, policy).Collect(options));

    private static async Task<ImmutableArray<Episode>> Drain(Source<Episode> source)
    {
        ImmutableArray<Episode>.Builder episodes = ImmutableArray.CreateBuilder<Episode>();
        await foreach (Episode episode in source.ReadAsync())
        {
            episodes.Add(episode);
        }
        return episodes.ToImmutable();
    }

    private static string Told(Episode episode) =>
        string.Join(
            '\n',
            episode
                .Turns.Select(turn => $"{turn.Info} {turn.Reply.Text} {turn.Action} {turn.Reward} {turn.Observation.Image.GetHashCode()}")
                .Prepend($"{episode.Id} {episode.Seed} {episode.Success}")
        );

    private sealed class Constant(string text) : IPolicy
    {
        public string Name => "constant";

        public ValueTask<IReadOnlyList<Reply>> ReplyAsync(IReadOnlyList<PolicyRequest> requests, CancellationToken cancellationToken) =>
            new([.. requests.Select(_ => new Reply(text))]);
    }

    private sealed class Listener(IPolicy inner) : IPolicy
    {
        public List<string> Prompts { get; } = [];

        public string Name => inner.Name;

        public ValueTask<IReadOnlyList<Reply>> ReplyAsync(IReadOnlyList<PolicyRequest> requests, CancellationToken cancellationToken)
        {
            Prompts.AddRange(requests.Select(request => request.Prompt));
            return inner.ReplyAsync(requests, cancellationToken);
        }
    }

    /// <summary>A policy whose turns are asked for in batches.</summary>
    private sealed class Together(IPolicy inner) : IPolicy
    {
        public string Name => inner.Name;

        public bool AnswersInBatches => true;

        public ValueTask<IReadOnlyList<Reply>> ReplyAsync(IReadOnlyList<PolicyRequest> requests, CancellationToken cancellationToken) =>
            inner.ReplyAsync(requests, cancellationToken);
    }

    /// <summary>Random play that something may happen to before each reply.</summary>
    private sealed class Fragile(bool together, Func<PolicyRequest, object?> before) : IPolicy
    {
        private readonly RandomPolicy _inner = new();

        public string Name => "fragile";

        public bool IsReproducible => false;

        public bool AnswersInBatches => together;

        public ValueTask<IReadOnlyList<Reply>> ReplyAsync(IReadOnlyList<PolicyRequest> requests, CancellationToken cancellationToken)
        {
            foreach (PolicyRequest request in requests)
            {
                before(request);
            }
            cancellationToken.ThrowIfCancellationRequested();
            return _inner.ReplyAsync(requests, cancellationToken);
        }
    }

    /// <summary>Random play whose first episode goes on until it is released.</summary>
    private sealed class Late(bool together) : IPolicy
    {
        private static readonly RandomKey First = RandomKey.Of(5, "policy", 0);

        private readonly RandomPolicy _inner = new();
        private readonly ConcurrentDictionary<RandomKey, bool> _begun = [];
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string Name => "late";

        public bool AnswersInBatches => together;

        public int Begun => _begun.Count;

        public void Release() => _released.SetResult();

        public async ValueTask<IReadOnlyList<Reply>> ReplyAsync(IReadOnlyList<PolicyRequest> requests, CancellationToken cancellationToken)
        {
            foreach (PolicyRequest request in requests)
            {
                _begun[request.EpisodeKey] = true;
            }
            if (requests is [{ EpisodeKey: var key }] && key == First)
            {
                // In a batch alone, or by itself: there is nothing else to be done before it.
                await _released.Task.WaitAsync(cancellationToken);
            }
            IReadOnlyList<Reply> replies = await _inner.ReplyAsync(requests, cancellationToken);
            return [.. requests.Select((request, i) => request.EpisodeKey == First && requests.Count > 1 ? new Reply("?") : replies[i])];
        }
    }

    private sealed class Broken : IPolicy
    {
        public string Name => "broken";

        public ValueTask<IReadOnlyList<Reply>> ReplyAsync(IReadOnlyList<PolicyRequest> requests, CancellationToken cancellationToken) =>
            throw new FaultException(Fault.External("the server is gone"));
    }
}
