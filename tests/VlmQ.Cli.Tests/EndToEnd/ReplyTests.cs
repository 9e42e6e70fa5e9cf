using System.Text.Json.Nodes;

namespace VlmQ.Cli.Tests.EndToEnd;

public sealed class ReplyTests : IDisposable
{
    private static readonly string[] Noisy = ["collect", "numberline", "--policy", "noisy", "--turns", "120", "--json"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Collecting_counts_what_is_wrong_with_replies_also_when_it_only_looks_at_what_is_there()
    {
        JsonNode first = await CollectAsync(_folder["strict"]);
        JsonNode again = await CollectAsync(_folder["strict"]);
        Assert.True(JsonNode.DeepEquals(first, again), again.ToJsonString());
        (await Vlmq.RunAsync([.. Noisy, "--resume", "false", "--out", _folder["strict"]])).Refused(
            ExitCode.Configuration,
            _folder["strict"],
            "the folder holds a dataset already"
        );
        long failures = first["failures"]!.AsObject().Sum(pair => (long)pair.Value!);
        Assert.Equal((double)first["syntax_accuracy"]!, 1 - ((double)failures / (long)first["turns"]!), 1e-12);
        Assert.True((long)first["failures"]!["unknown_action"]! > 0);

        JsonNode repaired = await CollectAsync(_folder["json"], "--parser", "json");
        Assert.True((double)repaired["syntax_accuracy"]! > (double)first["syntax_accuracy"]!);
    }

    [Fact]
    public async Task Converting_and_statistics_count_the_same_failures_as_collecting_also_when_there_is_nothing_left_to_convert()
    {
        JsonNode collected = await CollectAsync(_folder["episodes"]);
        string[] convert = ["convert", _folder["episodes"], "--out", _folder["transitions"], "--json"];
        foreach (int _ in (int[])[1, 2])
        {
            JsonNode converted = JsonNode.Parse((await Vlmq.RunAsync(convert)).Done().Output)!;
            Assert.True(JsonNode.DeepEquals(collected["failures"], converted["failures"]), converted.ToJsonString());
            Assert.Equal((double)collected["syntax_accuracy"]!, (double)converted["syntax_accuracy"]!);
        }
        Assert.Contains("replies that named no action", (await Vlmq.RunAsync(convert[..^1])).Done().Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dataset", "stats")]
    [InlineData("dataset", "inspect")]
    [InlineData("dataset", "card")]
    [InlineData("replay")]
    public async Task Whatever_sums_episodes_up_counts_the_same_failures_as_collecting(params string[] command)
    {
        JsonNode collected = await CollectAsync(_folder["episodes"]);
        command = [.. command, _folder["episodes"]];
        JsonNode summary = JsonNode.Parse((await Vlmq.RunAsync([.. command, "--json"])).Done().Output)!;
        JsonNode group = Assert.Single(summary["replies"]!.AsArray())!;
        Assert.Equal(("gym_cards/NumberLine-v0", "noisy"), ((string?)group["environment"], (string?)group["policy"]));
        Assert.Equal((int)collected["turns"]!, (int)group["replies"]!);
        foreach (string name in (string[])["failures", "syntax_accuracy", "syntax_accuracy_interval"])
        {
            Assert.True(JsonNode.DeepEquals(collected[name], group[name]), group.ToJsonString());
        }
        Assert.Matches(@"environment[ |]+policy[ |]+replies[ |]+syntax.*[ |]unknown_action", (await Vlmq.RunAsync(command)).Done().Output);
    }

    [Fact]
    public async Task Random_actions_in_the_place_of_unreadable_ones_can_be_stepped_again()
    {
        JsonNode collected = await CollectAsync(_folder["random"], "--invalid", "random", "--penalty", "-0.5");
        Assert.NotEmpty(collected["failures"]!.AsObject());
        JsonNode replayed = JsonNode.Parse((await Vlmq.RunAsync("replay", _folder["random"], "--json")).Done().Output)!;
        Assert.Equal(0, (int)replayed["differing"]!);
        (await Vlmq.RunAsync([.. Noisy, "--invalid", "noop", "--penalty", "-0.5", "--out", _folder["random"]])).Refused(
            ExitCode.Configuration,
            _folder["random"],
            "invalid_replies"
        );
    }

    [Theory]
    [InlineData("--parser", "jsn", "there is no action parser 'jsn'; did you mean 'json'?")]
    [InlineData("--invalid", "guess", "there is no rule 'guess' for replies that name no action; use one of: noop, random")]
    [InlineData("--penalty", "1e300", "a penalty must be a finite number")]
    public async Task A_wrong_rule_is_refused_before_anything_is_written(string option, string value, string said)
    {
        (await Vlmq.RunAsync([.. Noisy, option, value, "--out", _folder["wrong"]])).Refused(ExitCode.Configuration, said);
        Assert.False(Directory.Exists(_folder["wrong"]));
    }

    private static async Task<JsonNode> CollectAsync(string folder, params string[] options) =>
        JsonNode.Parse((await Vlmq.RunAsync([.. Noisy, .. options, "--out", folder])).Done().Output)!;
}
