using System.Text.Json.Nodes;

namespace VlmQ.Cli.Tests.EndToEnd;

public sealed class MixedPipelineTests(SmallData data) : IClassFixture<SmallData>, IDisposable
{
    private const string Head = """
        name: mixed
        environment: numberline
        seeds: [7]
        methods: [sft]
        convert: {image_size: 60}
        train: {steps: 4, batch_windows: 4, window_turns: 2, log_every: 2, model: {width: 32, heads: 2, layers: 1}}
        evaluate: {episodes: 2}
        data:
          - {name: random, policy: random, turns: 60}

        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_pipeline_trains_on_a_mix_of_its_own_data_and_of_transitions_that_are_there()
    {
        string mix = $$"""
              - name: both
                mix:
                  - {data: random, weight: 0.7}
                  - {path: {{data.Transitions}}, weight: 0.3, follow: true}
            """;
        (await Vlmq.RunAsync("run", await FileAsync(mix), "--out", _folder["run"])).Done();

        JsonArray results = Json("summary.json")["results"]!.AsArray();
        Assert.Equal(["both", "random"], results.Select(row => (string)row!["data"]!).Distinct().Order());
        JsonObject record = JsonNode
            .Parse(
                await File.ReadAllTextAsync(
                    _folder["run", "models", "both-seed7-sft", "training.json"],
                    TestContext.Current.CancellationToken
                )
            )!
            .AsObject();
        Assert.Equal(0.3, (double)record["transitions"]!["dataset 2"]!["weight"]!);
        Assert.Contains(Json("run.json")["inputs"]!.AsObject(), input => input.Key.EndsWith(data.Transitions, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("nowhere", "nowhere: there is no such folder")]
    [InlineData("EPISODES", "the dataset is vlmq-episodes, not vlmq-transitions")]
    public async Task A_mix_of_what_cannot_be_trained_on_is_refused_before_anything_is_made(string path, string said)
    {
        string part = path == "EPISODES" ? data.Episodes : _folder[path];
        string file = await FileAsync($"  - {{name: both, mix: [{{data: random}}, {{path: {part}}}]}}");
        (await Vlmq.RunAsync("run", file, "--out", _folder["run"])).Refused(ExitCode.Data, said);
        Assert.False(Directory.Exists(_folder["run"]));
    }

    [Theory]
    [InlineData("mix: []", "empty")]
    [InlineData("mix: [{weight: 1}]", "either")]
    [InlineData("mix: [{data: random, path: x}]", "either")]
    [InlineData("mix: [{data: later}]", "later")]
    [InlineData("mix: [{data: random, follow: true}]", "follow")]
    [InlineData("mix: [{data: random, weight: 0}]", "weight")]
    public async Task A_mix_that_cannot_be_is_refused_before_anything_is_made(string mix, string said)
    {
        Outcome outcome = await Vlmq.RunAsync("run", await FileAsync($"  - {{name: both, {mix}}}"), "--out", _folder["run"]);

        outcome.Refused(2, said);
        Assert.False(Directory.Exists(_folder["run"]));
    }

    private async Task<string> FileAsync(string mix)
    {
        await File.WriteAllTextAsync(_folder["mixed.yaml"], Head + mix, TestContext.Current.CancellationToken);
        return _folder["mixed.yaml"];
    }

    private JsonObject Json(string file) => JsonNode.Parse(File.ReadAllText(_folder["run", file]))!.AsObject();
}
