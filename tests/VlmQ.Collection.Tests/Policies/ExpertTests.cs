using System.Collections.Immutable;
using VlmQ.Collection.Policies;
using VlmQ.Core.Environments;
using VlmQ.Core.Environments.GymCards;
using VlmQ.Core.Episodes;
using VlmQ.Core.Prompting;
using VlmQ.Dataflow;
using VlmQ.Tests.Shared;

namespace VlmQ.Collection.Tests.Policies;

public class ExpertTests
{
    [Theory]
    [InlineData("numberline", 1)]
    [InlineData("ezpoints", 1)]
    [InlineData("points24", 0.5)]
    [InlineData("blackjack", 0.3)]
    public async Task The_expert_plays_well(string name, double least)
    {
        ImmutableArray<Episode> episodes = await Collect(name, new PolicySettings { Name = "expert" }, 60);
        Assert.InRange(episodes.Count(episode => episode.Success == true) / 60.0, least, 1);
        Assert.All(episodes.SelectMany(episode => episode.Turns), turn => Assert.NotNull(turn.Action));
        Assert.All(episodes, episode => Assert.Equal("expert", episode.Policy));
    }

    [Fact]
    public async Task A_given_share_of_the_experts_actions_is_random()
    {
        NumberLine game = new();
        ImmutableArray<Episode> episodes = await Collect("numberline", new PolicySettings { Name = "expert", Epsilon = 0.3 }, 400);
        int wrong = 0;
        int turns = 0;
        foreach (Episode episode in episodes)
        {
            EnvironmentState state = game.Reset(episode.Seed);
            foreach (Turn turn in episode.Turns)
            {
                wrong += turn.Action == game.Advise(state) ? 0 : 1;
                turns++;
                state = game.Step(state, turn.Action).State;
            }
        }
        // Half of the random actions are the expert's own.
        Assert.Equal(0.15, (double)wrong / turns, 0.04);
    }

    [Theory]
    [InlineData(MixtureUnit.Episode)]
    [InlineData(MixtureUnit.Turn)]
    public async Task A_mixture_draws_a_policy_for_each_episode_or_each_turn_by_the_weights(MixtureUnit unit)
    {
        PolicySettings settings = new()
        {
            Name = "expert=0.75,noisy=0.25",
            Malformed = 1,
            MixBy = unit,
        };
        ImmutableArray<Episode> episodes = await Collect("numberline", settings, 600);
        double whole = episodes.Count(episode => episode.Turns.All(turn => turn.Action is not null)) / 600.0;
        bool mixed = episodes.Any(episode => episode.Turns.Select(turn => turn.Action is null).Distinct().Count() == 2);
        Assert.Equal(unit == MixtureUnit.Turn, mixed);
        if (unit == MixtureUnit.Episode)
        {
            Assert.Equal(0.75, whole, 0.07);
        }
        else
        {
            Turn[] turns = [.. episodes.SelectMany(episode => episode.Turns)];
            Assert.Equal(0.75, turns.Count(turn => turn.Action is not null) / (double)turns.Length, 0.05);
        }
        Assert.Equal(episodes.Select(Told), (await Collect("numberline", settings, 600, lanes: 3)).Select(Told));
    }

    [Theory]
    [InlineData(ObservationKind.Image)]
    [InlineData(ObservationKind.Text)]
    [InlineData(ObservationKind.Both)]
    public async Task Observations_are_pictures_words_or_both_and_can_be_stepped_again(ObservationKind kind)
    {
        Blackjack game = new();
        ImmutableArray<Episode> episodes = await Collect("blackjack", new PolicySettings(), 20, kind: kind);
        foreach (Episode episode in episodes)
        {
            Turn first = episode.Turns[0];
            EnvironmentState state = game.Reset(episode.Seed);
            Assert.Equal(kind == ObservationKind.Image ? "" : game.Describe(state), first.Observation.Text);
            Assert.Equal(kind == ObservationKind.Text, !first.Observation.Image.Pixels.ContainsAnyExcept((byte)255));
            Assert.Null(EpisodeReplay.FirstDifference(game, episode, observations: kind));
        }
    }

    private static string Told(Episode episode) =>
        $"{episode.Id} {episode.Seed} {string.Join('|', episode.Turns.Select(turn => turn.Reply.Text))} {episode.Return}";

    private static async Task<ImmutableArray<Episode>> Collect(
        string name,
        PolicySettings settings,
        int count,
        int lanes = 16,
        ObservationKind kind = ObservationKind.Image
    )
    {
        IEnvironment game = EnvironmentCatalog.Find(name).OrThrow();
        PromptTemplate template = ShippedPrompts.Brief.For(game.Id).OrThrow();
        EpisodeCollector collector = new(game, template, NamedPolicies.Make(settings, game, PolicyTests.NoModels).OrThrow());
        CollectOptions options = new()
        {
            Seed = 4,
            Episodes = count,
            Lanes = lanes,
            Observations = kind,
        };
        List<Episode> collected = [];
        await collector.Collect(options).To(Sink.ForEach<Episode>(collected.Add)).RunAsync(TestContext.Current.CancellationToken);
        return [.. collected];
    }
}
