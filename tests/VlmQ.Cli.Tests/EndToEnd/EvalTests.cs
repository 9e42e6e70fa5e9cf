using System.Text.Json.Nodes;
using VlmQ.Tests.Shared.Remote;

namespace VlmQ.Cli.Tests.EndToEnd;

public sealed class EvalTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Policies_are_evaluated_in_several_environments_with_intervals_goal_types_and_kinds_of_failure()
    {
        string[] command =
        [
            .. (string[])
                ["eval", "--env", "numberline", "--env", "babyai-gotolocal", "--policy", "noisy", "--episodes", "60", "--failures", "9"],
            .. (string[])["--out", _folder["out"]],
        ];
        JsonObject summary = Json((await Vlmq.RunAsync([.. command, "--json"])).Done());
        JsonObject[] rows = [.. summary["results"]!.AsArray().Select(row => row!.AsObject())];
        Assert.Equal(["gym_cards/NumberLine-v0", "BabyAI-GoToLocal-v0"], rows.Select(row => (string?)row["env"]));
        foreach (JsonObject row in rows)
        {
            Assert.Equal("noisy", (string?)row["policy"]);
            Assert.Equal(60, (int)row["episodes"]!);
            foreach (string name in (string[])["success_rate", "syntax_accuracy", "mean_return", "mean_length"])
            {
                JsonNode interval = row[name + "_interval"]!;
                Assert.InRange((double)row[name]!, (double)interval["low"]!, (double)interval["high"]!);
            }
            JsonObject endings = row["endings"]!.AsObject();
            Assert.Equal(60, endings.Sum(pair => (int)pair.Value!));
            Assert.Equal((double)row["success_rate"]!, (int)endings["succeeded"]! / 60.0, 1e-12);
            JsonObject types = row["goal_types"]!.AsObject();
            Assert.Equal(60, types.Sum(pair => (int)pair.Value!["episodes"]!));
            Assert.Equal((int)row["replies"]!, types.Sum(pair => (int)pair.Value!["replies"]!));
            long unread = row["failures"]!.AsObject().Sum(pair => (long)pair.Value!);
            Assert.Equal((double)row["syntax_accuracy"]!, 1 - (unread / (double)(int)row["replies"]!), 1e-12);
        }
        Assert.Equal(
            ["distance_1", "distance_2", "distance_3", "distance_4", "distance_5"],
            rows[0]["goal_types"]!.AsObject().Select(pair => pair.Key)
        );
        Assert.Equal(["go_to"], rows[1]["goal_types"]!.AsObject().Select(pair => pair.Key));

        JsonObject failed = summary["failed_episodes"]!.AsObject();
        int count = rows.Sum(row => (int)row["endings"]!["failed"]! + (int)row["endings"]!["truncated"]!);
        Assert.Equal(count, (int)failed["count"]!);
        Assert.Equal(count - 9, (int)failed["left_out"]!);
        Assert.Equal(_folder["out", "failures", "report.html"], (string?)failed["report"]);
        string page = await File.ReadAllTextAsync(_folder["out", "failures", "report.html"], TestContext.Current.CancellationToken);
        Assert.Equal(9, page.Split("<section class=\"episode\">").Length - 1);
        Assert.True(JsonNode.DeepEquals(summary, JsonNode.Parse(await ReadAsync("summary.json"))));

        // What is there is not played again, and other settings are told apart.
        JsonObject again = Json((await Vlmq.RunAsync([.. command, "--json"])).Done());
        Assert.True(JsonNode.DeepEquals(summary, again));
        Outcome table = (await Vlmq.RunAsync(command)).Done();
        Assert.DoesNotContain("episodes in", table.Error, StringComparison.Ordinal);
        Assert.Contains("distance_3", table.Output, StringComparison.Ordinal);
        Assert.Contains("replies that named no action", table.Output, StringComparison.Ordinal);
        Assert.Contains("how episodes ended", table.Output, StringComparison.Ordinal);
        Assert.Contains(_folder["out", "failures", "report.html"], table.Output, StringComparison.Ordinal);
        (await Vlmq.RunAsync([.. command, "--seed", "2"])).Refused(
            ExitCode.Configuration,
            _folder["out"],
            "another seed (1 there, 2 here)"
        );
        (await Vlmq.RunAsync([.. command, "--malformed", "0.1"])).Refused(ExitCode.Configuration, "another player.policy_settings");
    }

    [Fact]
    public async Task An_interrupted_evaluation_goes_on_where_it_stopped()
    {
        string[] command =
        [
            .. (string[])["eval", "--env", "numberline", "--env", "babyai-gotolocal", "--policy", "random", "--episodes", "150"],
            .. (string[])["--failures", "2", "--json", "--out", _folder["out"]],
        ];
        bool FirstIsPlayed() =>
            Directory.Exists(_folder["out", "played"]) && Directory.GetFiles(_folder["out", "played"], "*.json").Length > 0;
        (await Vlmq.InterruptAsync(FirstIsPlayed, command)).Interrupted();
        Assert.False(File.Exists(_folder["out", "summary.json"]));
        Outcome second = (await Vlmq.RunAsync(command)).Done();
        Assert.DoesNotContain("NumberLine", second.Error, StringComparison.Ordinal);
        string[] straight = [.. command.Select(word => word == _folder["out"] ? _folder["straight"] : word)];
        JsonNode expected = Json((await Vlmq.RunAsync(straight)).Done())["results"]!;
        Assert.True(JsonNode.DeepEquals(expected, Json(second)["results"]));
    }

    [Theory]
    [InlineData("nobody is named who plays; name the folder of a checkpoint, a --model, or a --policy", "--env", "numberline")]
    [InlineData("--env: no environment is named; name one; `vlmq env list` lists them", "--policy", "random")]
    [InlineData("there is no environment 'numberlin'; did you mean 'numberline'?", "--env", "numberlin", "--policy", "random")]
    [InlineData("gym_cards/NumberLine-v0 is named twice", "--env", "numberline", "--env", "gym_cards/NumberLine-v0", "--policy", "random")]
    [InlineData("gym_cards/NumberLine-v0 is named twice", "--env", "numberline, gym_cards/NumberLine-v0", "--policy", "random")]
    [InlineData("a checkpoint and a policy are named", "somewhere", "--env", "numberline", "--policy", "random")]
    [InlineData("there is no policy 'randm'", "--env", "numberline", "--policy", "randm")]
    [InlineData("--episodes must be at least 1; it is 0", "--env", "numberline", "--policy", "random", "--episodes", "0")]
    [InlineData("--failures must be at most 1000; it is 1001", "--env", "numberline", "--policy", "random", "--failures", "1001")]
    [InlineData("needs --endpoint and --model", "--env", "numberline", "--policy", "remote")]
    public async Task Wrong_options_are_refused_before_anything_is_written(string said, params string[] options)
    {
        (await Vlmq.RunAsync(["eval", .. options, "--out", _folder["wrong"]])).Refused(ExitCode.Configuration, said);
        Assert.False(Directory.Exists(_folder["wrong"]));
    }

    [Fact]
    public async Task What_a_hostile_endpoint_says_is_shown_and_does_nothing()
    {
        string said = "<script>alert(1)</script>\0" + new string('x', 1_000_000) + "\u202e<img src=x onerror=alert(2)>";
        await using ScriptedServer server = new((_, _) => ServerAct.Reply(said));
        string[] policy = ["--policy", "remote", "--endpoint", server.Endpoint, "--model", "a/b <i>", "--episodes", "1"];
        Outcome outcome = (await Vlmq.RunAsync(["eval", "--env", "numberline", .. policy, "--json", "--out", _folder["out"]])).Done();
        JsonNode row = Json(outcome)["results"]![0]!;
        Assert.Equal("remote:a/b <i>", (string?)row["policy"]);
        Assert.Equal(0, (double)row["syntax_accuracy"]!);
        string page = await ReadAsync(Path.Combine("failures", "report.html"));
        Assert.InRange(page.Length, 10_000, 2_000_000);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<img src=x", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<i>", page, StringComparison.Ordinal);
        Assert.DoesNotContain('\0', page);
        Assert.DoesNotContain('\u202e', page);
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;\\u0000xxx", page, StringComparison.Ordinal);
        Assert.Contains("characters left out", page, StringComparison.Ordinal);
        // An endpoint that is gone is asked nothing where all is there.
        string[] gone = [.. policy.Select(word => word == server.Endpoint ? ScriptedServer.Nowhere() : word)];
        Assert.Equal(server.Requests.Count, (int)row["replies"]!);
        (await Vlmq.RunAsync(["eval", "--env", "blackjack", .. gone, "--attempts", "1", "--out", _folder["gone"]])).Refused(
            ExitCode.External,
            "cannot be reached"
        );
        Assert.False(File.Exists(_folder["gone", "summary.json"]));
    }

    [Fact]
    public async Task Nothing_of_another_kind_is_written_over()
    {
        string[] command = ["eval", "--env", "numberline", "--policy", "random", "--episodes", "2", "--out"];
        string file = _folder["summary.json"];
        await File.WriteAllTextAsync(file, "mine", TestContext.Current.CancellationToken);
        (await Vlmq.RunAsync([.. command, file])).Refused(ExitCode.Configuration, file + ": is a file, not a folder; choose another --out");
        (await Vlmq.RunAsync([.. command, _folder.Path])).Refused(
            ExitCode.Configuration,
            _folder.Path + ": the folder holds something that is no evaluation; choose another --out"
        );
        Assert.Equal("mine", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        Assert.Equal([file], Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task A_folder_without_a_checkpoint_is_named() =>
        (await Vlmq.RunAsync("eval", _folder.Path, "--env", "numberline")).Refused(
            ExitCode.Data,
            _folder.Path + ": the folder holds no checkpoint; name the folder of a checkpoint"
        );

    [Fact]
    public async Task The_folder_of_a_model_in_the_place_of_a_checkpoint_is_said_to_be_one()
    {
        await File.WriteAllTextAsync(_folder["config.json"], "{}", TestContext.Current.CancellationToken);
        (await Vlmq.RunAsync("eval", _folder.Path, "--env", "numberline")).Refused(
            ExitCode.Data,
            "the folder holds no checkpoint; it is the folder of a model: name it as --model"
        );
    }

    [Theory]
    [InlineData("eval", "--env", "numberline", "--polcy", "random")]
    [InlineData("eval", "--env", "numberline", "--polcy")]
    [InlineData("collect", "numberline", "--polcy", "random", "--out", "x")]
    public async Task An_option_that_does_not_exist_is_one_line_with_the_nearest_name(params string[] command) =>
        (await Vlmq.RunAsync(command)).Refused(ExitCode.Configuration, "there is no option '--polcy'; did you mean '--policy'?");

    private Task<string> ReadAsync(string file) => File.ReadAllTextAsync(_folder["out", file], TestContext.Current.CancellationToken);

    private static JsonObject Json(Outcome outcome) => JsonNode.Parse(outcome.Output)!.AsObject();
}
