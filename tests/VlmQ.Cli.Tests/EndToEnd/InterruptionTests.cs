using System.Text.Json.Nodes;

namespace VlmQ.Cli.Tests.EndToEnd;

public sealed class InterruptionTests(SmallData data) : IClassFixture<SmallData>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Collecting_and_converting_go_on_after_an_interruption_and_end_with_the_same_bytes()
    {
        string[] collect = ["collect", "numberline", "--policy", "noisy", "--turns", "1500", "--part-rows", "100", "--out"];
        string episodes = _folder["episodes"];
        await InterruptedAtItsSecondPartAsync(episodes, [.. collect, episodes]);
        (await Vlmq.RunAsync([.. collect, episodes])).Done();
        (await Vlmq.RunAsync([.. collect, _folder["whole"], "--workers", "1"])).Done();
        Assert.Equal(Folder.DigestsOf(_folder["whole"]), Folder.DigestsOf(episodes));

        string[] convert = ["convert", episodes, "--image-size", "60", "--part-rows", "100", "--out"];
        string transitions = _folder["transitions"];
        await InterruptedAtItsSecondPartAsync(transitions, [.. convert, transitions]);
        (await Vlmq.RunAsync([.. convert, transitions])).Done();
        (await Vlmq.RunAsync([.. convert, _folder["whole transitions"], "--workers", "1"])).Done();
        Assert.Equal(Folder.DigestsOf(_folder["whole transitions"]), Folder.DigestsOf(transitions));
    }

    [Theory]
    [InlineData("numberline", "--policy", "noisy", "--malformations", "cut=3,fence=1", "--episodes", "500")]
    [InlineData("babyai-gotolocal", "--policy", "expert=1,random=1", "--mix-by", "turn", "--epsilon", "0.2", "--turns", "600")]
    public async Task A_collection_that_is_killed_again_and_again_ends_with_the_same_bytes(string environment, params string[] settings)
    {
        string[] collect = ["collect", environment, .. settings, "--part-rows", "50", "--out"];
        string killed = _folder["killed"];
        // Before anything is whole, while a part is written, between two parts; by other numbers of workers each time.
        Func<bool>[] moments =
        [
            () => Directory.Exists(killed),
            () => Directory.Exists(killed) && Directory.EnumerateFiles(killed).Count() > 1,
            () => File.Exists(Path.Combine(killed, "part-00001.parquet")),
            () => File.Exists(Path.Combine(killed, "part-00003.parquet")),
        ];
        bool wasRunning = false;
        for (int i = 0; i < moments.Length; i++)
        {
            wasRunning |= await Vlmq.KillAsync(moments[i], [.. collect, killed, "--workers", $"{i + 1}", "--batch", $"{1 + (i * 9)}"]);
        }
        Assert.True(wasRunning);
        (await Vlmq.RunAsync([.. collect, killed, "--workers", "3"])).Done();
        (await Vlmq.RunAsync([.. collect, _folder["whole"], "--workers", "1"])).Done();
        Assert.Equal(Folder.DigestsOf(_folder["whole"]), Folder.DigestsOf(killed));
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(5)]
    public async Task Training_goes_on_after_an_interruption_and_ends_with_the_same_weights(int checkpointEvery)
    {
        string[] train = ["train", data.Transitions, .. SmallData.TinyTraining, "--set", "steps=150", "--set", "log_every=1", "--out"];
        string model = _folder["model"];
        string begun = Path.Combine(model, checkpointEvery == 5 ? "checkpoint" : "metrics.jsonl");
        string[] interrupted = [.. train, model, "--set", $"checkpoint_every={checkpointEvery}"];
        (await Vlmq.InterruptAsync(() => Path.Exists(begun), interrupted)).Interrupted();
        int before = MetricsOf(model).Length;
        Assert.InRange(before, 0, 149);
        Assert.True(File.Exists(Path.Combine(model, "checkpoint", "checkpoint.json")));

        // What a killed process may leave: a line of a step that no checkpoint holds, and one that was cut.
        const string Rest = "{\"metrics\":{\"step\":999}}\n{\"metr";
        await File.AppendAllTextAsync(Path.Combine(model, "metrics.jsonl"), Rest, TestContext.Current.CancellationToken);
        (await Vlmq.RunAsync([.. train, model])).Done();
        (await Vlmq.RunAsync([.. train, _folder["whole"]])).Done();
        Assert.Equal(MetricsOf(_folder["whole"]), MetricsOf(model));
        SortedDictionary<string, string> whole = Folder.DigestsOf(_folder["whole", "checkpoint"]);
        SortedDictionary<string, string> resumed = Folder.DigestsOf(Path.Combine(model, "checkpoint"));
        Assert.Equal(whole["model.safetensors"], resumed["model.safetensors"]);
        Assert.Equal(whole["optimizer.safetensors"], resumed["optimizer.safetensors"]);
    }

    private static async Task InterruptedAtItsSecondPartAsync(string folder, string[] command)
    {
        string part = Path.Combine(folder, "part-00001.parquet");
        (await Vlmq.InterruptAsync(() => File.Exists(part), command)).Interrupted();
        Outcome inspected = (await Vlmq.RunAsync("inspect", folder, "--json", "--rows", "0")).Done();
        Assert.Contains("\"complete\": false", inspected.Output, StringComparison.Ordinal);
    }

    private static string[] MetricsOf(string model) =>
        [
            .. File.ReadLines(Path.Combine(model, "metrics.jsonl"))
                .Select(line =>
                {
                    JsonObject metrics = JsonNode.Parse(line)!.AsObject();
                    metrics.Remove("cpu_seconds");
                    metrics.Remove("data_wait");
                    return metrics.ToJsonString();
                }),
        ];
}
