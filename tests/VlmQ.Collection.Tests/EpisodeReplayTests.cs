using System.Collections.Immutable;
using VlmQ.Collection.Policies;
using VlmQ.Core.Environments.GymCards;
using VlmQ.Core.Episodes;
using VlmQ.Core.Imaging;
using VlmQ.Core.Prompting;
using VlmQ.Tests.Shared;

namespace VlmQ.Collection.Tests;

public class EpisodeReplayTests
{
    private const float Penalty = -1;

    private static readonly NumberLine Game = new();

    [Fact]
    public async Task Collected_episodes_replay_without_a_difference()
    {
        foreach (Episode episode in await CollectAsync(40))
        {
            Assert.Null(EpisodeReplay.FirstDifference(Game, episode, Penalty));
        }
    }

    [Fact]
    public async Task A_changed_reward_is_named_with_its_turn()
    {
        Episode episode = (await CollectAsync(10)).First(candidate => candidate.Turns.Length > 2);
        Episode changed = With(episode, 1, turn => Copy(turn, reward: turn.Reward + 0.5f));
        ReplayDifference? difference = EpisodeReplay.FirstDifference(Game, changed, Penalty);
        Assert.Equal((1, "reward"), (difference!.Turn, difference.Column));
        Assert.NotEqual(difference.Recorded, difference.Replayed);
    }

    [Fact]
    public async Task One_changed_pixel_is_a_difference()
    {
        Episode episode = (await CollectAsync(1))[0];
        RgbImage image = episode.Turns[0].Observation.Image;
        byte[] pixels = image.Pixels.ToArray();
        pixels[^1] ^= 1;
        RgbImage other = new(image.Width, image.Height, [.. pixels]);
        Episode changed = With(episode, 0, turn => Copy(turn, observation: turn.Observation with { Image = other }));
        ReplayDifference? difference = EpisodeReplay.FirstDifference(Game, changed, Penalty);
        Assert.Equal((0, "image"), (difference!.Turn, difference.Column));
    }

    [Fact]
    public async Task An_unknown_action_and_another_seed_are_differences()
    {
        Episode episode = (await CollectAsync(1))[0];
        Episode unknown = With(episode, 0, turn => Copy(turn, action: "jump"));
        Assert.Equal("action", EpisodeReplay.FirstDifference(Game, unknown, Penalty)!.Column);
        ImmutableArray<Episode> many = await CollectAsync(20);
        Episode stranger = many.First(candidate => !candidate.Turns[0].Observation.Image.Equals(episode.Turns[0].Observation.Image));
        Assert.Equal("image", EpisodeReplay.FirstDifference(Game, Seeded(episode, stranger.Seed), Penalty)!.Column);
    }

    [Fact]
    public async Task A_wrong_verdict_is_a_difference_of_the_end()
    {
        Episode episode = (await CollectAsync(1))[0];
        Episode changed = new(
            episode.Id,
            episode.Environment,
            episode.Seed,
            episode.Policy,
            episode.Turns,
            episode.FinalObservation,
            !episode.Success
        );
        ReplayDifference? difference = EpisodeReplay.FirstDifference(Game, changed, Penalty);
        Assert.Equal((episode.Turns.Length, "success"), (difference!.Turn, difference.Column));
    }

    private static async Task<ImmutableArray<Episode>> CollectAsync(int episodes)
    {
        PromptTemplate template = ShippedPrompts.Brief.For(Game.Id).OrThrow();
        EpisodeCollector collector = new(Game, template, new NoisyPolicy());
        CollectOptions options = new()
        {
            Seed = 3,
            Episodes = episodes,
            InvalidReplyReward = Penalty,
        };
        List<Episode> collected = [];
        await collector.Collect(options).To(Dataflow.Sink.ForEach<Episode>(collected.Add)).RunAsync(TestContext.Current.CancellationToken);
        return [.. collected];
    }

    private static Episode Seeded(Episode episode, long seed) =>
        new(episode.Id, episode.Environment, seed, episode.Policy, episode.Turns, episode.FinalObservation, episode.Success);

    private static Episode With(Episode episode, int index, Func<Turn, Turn> change) =>
        new(
            episode.Id,
            episode.Environment,
            episode.Seed,
            episode.Policy,
            episode.Turns.SetItem(index, change(episode.Turns[index])),
            episode.FinalObservation,
            episode.Success
        );

    private static Turn Copy(Turn turn, Observation? observation = null, string? action = null, float? reward = null) =>
        new(
            observation ?? turn.Observation,
            turn.Reply,
            action ?? turn.Action,
            reward ?? turn.Reward,
            turn.Terminated,
            turn.Truncated,
            turn.Info
        );
}
