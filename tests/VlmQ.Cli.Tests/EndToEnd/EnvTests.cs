using System.Text.Json.Nodes;
using VlmQ.Collection;
using VlmQ.Core.Environments;
using VlmQ.Core.Imaging;
using VlmQ.Datasets.Images;

namespace VlmQ.Cli.Tests.EndToEnd;

public sealed class EnvTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_list_names_every_environment_with_its_actions_and_step_limit()
    {
        JsonArray listed = (await JsonAsync("env", "list"))["environments"]!.AsArray();
        Assert.Equal(EnvironmentCatalog.All.Select(entry => entry.Name), listed.Select(one => (string?)one!["name"]));
        JsonNode blackjack = listed.Single(one => (string?)one!["name"] == "blackjack")!;
        Assert.Equal("gym_cards/Blackjack-v0", (string?)blackjack["id"]);
        Assert.Equal(["stand", "hit"], blackjack["actions"]!.AsArray().Select(action => (string?)action));
        Assert.Equal(20, (int)blackjack["step_limit"]!);
        string table = (await Vlmq.RunAsync("env", "list")).Done().Output;
        Assert.Contains("points24", table, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Showing_says_the_state_and_writes_the_picture()
    {
        string file = _folder["new/shown.png"];
        JsonNode shown = await JsonAsync("env", "show", "blackjack", "--seed", "3", "--out", file);
        IEnvironment game = EnvironmentCatalog.Find("blackjack").OrThrow();
        Assert.Equal(game.Describe(game.Reset(3)), (string?)shown["text"]);
        byte[] png = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        RgbImage picture = PictureCodec.Decode(png, file).OrThrow();
        Assert.Equal(game.Observe(game.Reset(3)).Image, picture);
        (await Vlmq.RunAsync("env", "show", "blackjack", "--out", _folder["new"])).Refused(
            ExitCode.Configuration,
            "is a folder; name a file"
        );
    }

    [Fact]
    public async Task A_session_of_lines_becomes_a_dataset_of_demonstrations_that_can_be_stepped_again()
    {
        string[] play = ["env", "play", "ezpoints", "--seed", "5", "--obs", "both", "--out", _folder["human"]];
        Outcome played = await Vlmq.RunWithInputAsync("=\n\n7\nseven\n=\n9\n", play);
        Assert.Equal($"2 episodes, 3 turns, 0 successes, return -2; in {_folder["human"]}\n", played.Done().Output);
        Assert.Contains("there is no action 'seven'", played.Error, StringComparison.Ordinal);
        JsonNode held = await JsonAsync("inspect", _folder["human"], "--rows", "1");
        Assert.Contains("\"human\"", held.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(0, (int)(await JsonAsync("replay", _folder["human"]))["differing"]!);
        (await Vlmq.RunWithInputAsync("=\n", play)).Refused(ExitCode.Configuration, "holds a finished session already");
    }

    [Fact]
    public async Task A_session_ends_after_so_many_episodes_or_when_the_player_leaves()
    {
        Outcome two = await Vlmq.RunWithInputAsync("s\nstand\ns\n", "env", "play", "--env", "blackjack", "--episodes", "2", "--json");
        Assert.Equal(2, (int)JsonNode.Parse(two.Done().Output)!["episodes"]!);
        Outcome none = await Vlmq.RunWithInputAsync("quit\ns\n", "env", "play", "blackjack", "--json");
        Assert.Equal(0, (int)JsonNode.Parse(none.Done().Output)!["episodes"]!);
        Assert.DoesNotContain("left out", none.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_terminal_the_state_is_told_in_words_and_an_episode_that_is_left_is_not_kept()
    {
        IEnvironment game = EnvironmentCatalog.Find("babyai-gotolocal").OrThrow();
        Outcome left = await Vlmq.RunWithInputAsync("left\nq\n", "env", "play", "babyai-gotolocal", "--out", _folder["left"]);
        Assert.Equal($"0 episodes, 0 turns, 0 successes, return 0; in {_folder["left"]}\n", left.Done().Output);
        string[] lines = left.Error.Split('\n');
        Assert.Equal(game.Describe(game.Reset(EpisodeCollector.SeedOf(1, 0))), lines[1]);
        Assert.Equal("[l] left  [r] right  [f] forward  [p] pickup  [d] drop  [t] toggle  [o] done  [q] quit", lines[2]);
        Assert.Contains("this episode was not played to its end and is left out", lines);
    }

    [Theory]
    [InlineData("ezpoints", "expert", "image")]
    [InlineData("points24", "expert=0.5,noisy=0.5", "both")]
    [InlineData("blackjack", "noisy", "text")]
    public async Task Episodes_of_the_card_games_are_collected_and_can_be_stepped_again(string game, string policy, string observations)
    {
        string[] collect = ["collect", "--env", game, "--policy", policy, "--obs", observations, "--episodes", "6", "--out", _folder[game]];
        Assert.Equal(6, (int)(await JsonAsync(collect))["episodes"]!);
        JsonNode replayed = await JsonAsync("replay", _folder[game]);
        Assert.Equal((6, 0), ((int)replayed["episodes"]!, (int)replayed["differing"]!));
        string[] other = policy == "expert" ? ["--epsilon", "0.2"] : ["--malformed", "0.2"];
        (await Vlmq.RunAsync([.. collect, .. other])).Refused(ExitCode.Configuration, "policy_settings");
    }

    [Fact]
    public async Task A_pipeline_of_a_card_game_runs_from_data_to_report_and_its_model_is_evaluated()
    {
        const string Pipeline = """
            name: cards
            environment: blackjack
            observations: both
            data:
              - {name: mixed, policy: "expert=0.5,noisy=0.5", epsilon: 0.1, malformations: "fence,cut=2", mix_by: turn, turns: 120}
            methods: [afsft]
            convert: {image_size: 60}
            train: {steps: 6, batch_windows: 2, window_turns: 2, model: {width: 32, heads: 2, layers: 1}}
            evaluate: {episodes: 4, greedy_episodes: 4}
            """;
        await File.WriteAllTextAsync(_folder["cards.yaml"], Pipeline, TestContext.Current.CancellationToken);
        (await Vlmq.RunAsync("run", _folder["cards.yaml"], "--out", _folder["run"])).Done();
        JsonNode summary = JsonNode.Parse(
            await File.ReadAllTextAsync(Path.Combine(_folder["run"], "summary.json"), TestContext.Current.CancellationToken)
        )!;
        Assert.All(summary["results"]!.AsArray(), row => Assert.Equal("gym_cards/Blackjack-v0", (string?)row!["env"]));
        string checkpoint = Path.Combine(_folder["run"], "models", "mixed-seed1-afsft", "checkpoint");
        string[] evaluate = ["eval", checkpoint, "--env", "blackjack", "--obs", "both", "--episodes", "3", "--greedy-episodes", "4"];
        Assert.NotEmpty((await JsonAsync(evaluate))["results"]!.AsArray());
    }

    private static async Task<JsonNode> JsonAsync(params string[] command) =>
        JsonNode.Parse((await Vlmq.RunAsync([.. command, "--json"])).Done().Output)!;
}
