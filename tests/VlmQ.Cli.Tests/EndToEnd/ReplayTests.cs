using System.Text.Json.Nodes;

namespace VlmQ.Cli.Tests.EndToEnd;

public sealed class ReplayTests(FinishedRun run) : IClassFixture<FinishedRun>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_run_done_again_is_the_same()
    {
        string again = _folder["again"];
        Outcome outcome = (await Vlmq.RunAsync("replay", run.Root, "--out", again, "--json")).Done();
        JsonNode result = JsonNode.Parse(outcome.Output)!;
        Assert.Empty(result["differences"]!.AsArray());
        Assert.Empty(result["causes"]!.AsArray());
        Assert.Equal(7, (int)result["compared"]!);
        (await Vlmq.RunAsync("replay", run.Root, "--out", again)).Refused(2, again, "--out");
    }

    [Fact]
    public async Task What_differs_is_named()
    {
        string copy = _folder["copy"];
        Folder.Copy(run.Root, copy);
        string metrics = Path.Combine(copy, "metrics.jsonl");
        string[] lines = await File.ReadAllLinesAsync(metrics, TestContext.Current.CancellationToken);
        JsonNode second = JsonNode.Parse(lines[1])!;
        second["metrics"]!["loss"] = 0.5;
        lines[1] = second.ToJsonString();
        await File.WriteAllLinesAsync(metrics, lines, TestContext.Current.CancellationToken);
        Outcome outcome = await Vlmq.RunAsync("replay", copy, "--out", _folder["again"]);
        Assert.Equal(3, outcome.ExitCode);
        Assert.Contains("metrics.jsonl:2", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("metrics.loss (0.5 there", outcome.Output, StringComparison.Ordinal);
        Assert.EndsWith("1 of 7 outputs came out otherwise\n", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Recorded_episodes_are_stepped_again()
    {
        string episodes = Path.Combine(run.Root, "episodes", "noisy-seed7");
        Outcome outcome = (await Vlmq.RunAsync("replay", episodes, "--json")).Done();
        Assert.Equal(0, (int)JsonNode.Parse(outcome.Output)!["differing"]!);
        Assert.True((int)JsonNode.Parse(outcome.Output)!["turns"]! > 100);
    }

    [Fact]
    public async Task A_folder_that_is_no_run_and_a_run_that_did_not_end_are_refused()
    {
        (await Vlmq.RunAsync("replay", _folder.Path)).Refused(3, "run.json", "is no record of a run");
        (await Vlmq.RunAsync("replay", _folder["nowhere"])).Refused(3, _folder["nowhere"], "there is no such folder");
        string copy = _folder["copy"];
        Folder.Copy(run.Root, copy);
        string file = Path.Combine(copy, "run.json");
        JsonNode document = JsonNode.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken))!;
        document["complete"] = false;
        await File.WriteAllTextAsync(file, document.ToJsonString(), TestContext.Current.CancellationToken);
        (await Vlmq.RunAsync("replay", copy)).Refused(3, file, "did not come to its end", "vlmq run");
    }

    [Fact]
    public async Task A_run_is_neither_done_nor_done_again_beside_the_files_of_others()
    {
        string theirs = _folder["theirs"];
        Directory.CreateDirectory(Path.Combine(theirs, "photos"));
        string[] said = [theirs, "the folder holds other files (photos) and no run"];
        (await Vlmq.RunAsync("replay", run.Root, "--out", theirs)).Refused(2, said);
        (await Vlmq.RunAsync("run", run.File, "--out", theirs)).Refused(2, said);
        Assert.Equal([Path.Combine(theirs, "photos")], Directory.GetFileSystemEntries(theirs));
        string record = Path.Combine(theirs, "run.json");
        await File.WriteAllTextAsync(record, "{}", TestContext.Current.CancellationToken);
        (await Vlmq.RunAsync("replay", run.Root, "--out", theirs)).Refused(3, record, "is no record of a run");
    }

    [Fact]
    public async Task Merged_episodes_that_were_made_otherwise_are_not_stepped_again_by_the_wrong_rules()
    {
        string[] collect = ["collect", "numberline", "--policy", "noisy", "--episodes", "3", "--out"];
        (await Vlmq.RunAsync([.. collect, _folder["a"]])).Done();
        (await Vlmq.RunAsync([.. collect, _folder["b"], "--seed", "2", "--penalty", "-3"])).Done();
        (await Vlmq.RunAsync([.. collect, _folder["c"], "--seed", "3"])).Done();
        (await Vlmq.RunAsync("dataset", "merge", _folder["a"], _folder["b"], "--out", _folder["ab"])).Done();
        (await Vlmq.RunAsync("dataset", "merge", _folder["a"], _folder["c"], "--out", _folder["ac"])).Done();
        (await Vlmq.RunAsync("replay", _folder["ab"])).Refused(2, "not all made with the same invalid_reply_reward", "merged from");
        (await Vlmq.RunAsync("replay", _folder["ac"])).Done();
        string manifest = _folder["b", "manifest.json"];
        string text = await File.ReadAllTextAsync(manifest, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            manifest,
            text.Replace("\"invalid_reply_reward\": \"-3\"", "\"invalid_reply_reward\": \"much\"", StringComparison.Ordinal),
            TestContext.Current.CancellationToken
        );
        (await Vlmq.RunAsync("replay", _folder["b"])).Refused(3, "invalid_reply_reward is 'much', which is no number");
    }

    [Theory]
    [InlineData("metrics.jsonl", null)]
    [InlineData("metrics.jsonl", "{\"step\": 1}\nno JSON\n")]
    [InlineData("summary.json", null)]
    [InlineData("summary.json", "[]")]
    [InlineData("run.json", "{\"format\": \"vlmq-run/1\", \"complete\": true}")]
    public async Task A_record_that_cannot_be_compared_with_is_named_before_anything_is_done(string name, string? text)
    {
        string copy = _folder["copy"];
        Folder.Copy(run.Root, copy);
        string file = Path.Combine(copy, name);
        File.Delete(file);
        if (text is not null)
        {
            await File.WriteAllTextAsync(file, text, TestContext.Current.CancellationToken);
        }
        (await Vlmq.RunAsync("replay", copy)).Refused(3, file, "the file is missing or not as a run writes it");
        Assert.False(Directory.Exists(copy + "-replay"));
    }
}
