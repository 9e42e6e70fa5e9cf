using System.Text.Json.Nodes;

namespace VlmQ.Cli.Tests.EndToEnd;

public sealed class ModelPolicyTests(TrainedModel model) : IClassFixture<TrainedModel>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_models_dataset_has_the_same_bytes_whatever_the_workers_the_batch_and_the_threads()
    {
        SortedDictionary<string, string> expected = await BytesAsync("1", "1", "1");
        Assert.Equal(expected, await BytesAsync("2", "8", "1"));
        Assert.Equal(expected, await BytesAsync("4", "32", "2"));
        JsonNode manifest = JsonNode.Parse(
            await File.ReadAllTextAsync(_folder["1-1", "manifest.json"], TestContext.Current.CancellationToken)
        )!;
        Assert.Equal("model", (string?)manifest["properties"]!["policy"]);
        Assert.Matches(
            "^model [0-9a-f]{64}, tokenizer [0-9a-f]{64}, temperature 1, 24 tokens$",
            (string?)manifest["properties"]!["policy_settings"]
        );
        JsonNode replayed = JsonNode.Parse((await Vlmq.RunAsync("replay", _folder["1-1"], "--json")).Done().Output)!;
        Assert.Equal(0, (int)replayed["differing"]!);

        async Task<SortedDictionary<string, string>> BytesAsync(string workers, string batch, string threads)
        {
            string folder = _folder[$"{workers}-{batch}"];
            string[] how = ["--workers", workers, "--batch", batch, "--threads", threads];
            (await CollectAsync(["--episodes", "40", "--part-rows", "50", .. how, "--out", folder])).Done();
            return Folder.DigestsOf(folder);
        }
    }

    [Theory]
    [InlineData("model")]
    [InlineData("model=3,random=1")]
    public async Task A_killed_collection_goes_on_with_another_batch_and_ends_with_the_same_bytes(string policy)
    {
        string[] collect =
        [
            "collect",
            "numberline",
            "--policy",
            policy,
            "--model",
            model.Checkpoint,
            "--episodes",
            "300",
            "--part-rows",
            "60",
        ];
        string killed = _folder["killed"];
        string part = Path.Combine(killed, "part-00001.parquet");
        Assert.True(await Vlmq.KillAsync(() => File.Exists(part), [.. collect, "--batch", "4", "--out", killed]));
        (await Vlmq.RunAsync([.. collect, "--batch", "16", "--workers", "3", "--out", killed])).Done();
        (await Vlmq.RunAsync([.. collect, "--out", _folder["whole"]])).Done();
        Assert.Equal(Folder.DigestsOf(_folder["whole"]), Folder.DigestsOf(killed));
    }

    [Fact]
    public async Task Each_way_of_choosing_tokens_is_told_apart()
    {
        string[][] ways =
        [
            [],
            ["--greedy"],
            ["--temperature", "0.5"],
            ["--top-k", "3"],
            ["--top-p", "0.5"],
            ["--reply-limit", "5"],
        ];
        string[] expected =
        [
            "temperature 1, 24 tokens",
            "greedy, 24 tokens",
            "temperature 0.5, 24 tokens",
            "temperature 1, top-k 3, 24 tokens",
            "temperature 1, top-p 0.5, 24 tokens",
            "temperature 1, 5 tokens",
        ];
        HashSet<string> digests = [];
        for (int i = 0; i < ways.Length; i++)
        {
            string folder = _folder[$"way {i}"];
            Outcome outcome = (await CollectAsync([.. ways[i], "--episodes", "12", "--json", "--out", folder])).Done();
            Assert.True(digests.Add((string)JsonNode.Parse(outcome.Output)!["digest"]!), expected[i]);
            string manifest = await File.ReadAllTextAsync(Path.Combine(folder, "manifest.json"), TestContext.Current.CancellationToken);
            Assert.EndsWith(expected[i], (string?)JsonNode.Parse(manifest)!["properties"]!["policy_settings"]);
        }
        (await CollectAsync("--top-k", "4", "--episodes", "12", "--out", _folder["way 3"])).Refused(
            ExitCode.Configuration,
            _folder["way 3"],
            "policy_settings"
        );
    }

    [Fact]
    public async Task A_collection_is_not_gone_on_with_by_another_model()
    {
        string folder = _folder["episodes"];
        (await CollectAsync("--episodes", "3", "--out", folder)).Done();
        string[] other = ["collect", "numberline", "--policy", "model", "--model", model.Other, "--episodes", "3", "--out", folder];
        (await Vlmq.RunAsync(other)).Refused(ExitCode.Configuration, folder, "policy_settings");
    }

    [Theory]
    [InlineData(ExitCode.Configuration, "the model policy needs --model; name the model's folder", "--policy", "model")]
    [InlineData(ExitCode.Configuration, "there is no model '/nowhere'", "--policy", "model", "--model", "/nowhere")]
    [InlineData(
        ExitCode.Configuration,
        "--temperature must be in 0.01 … 100; it is 0",
        "--policy",
        "model",
        "--model",
        "m",
        "--temperature",
        "0"
    )]
    [InlineData(ExitCode.Configuration, "--top-k must be at least 0; it is -1", "--policy", "model", "--model", "m", "--top-k", "-1")]
    [InlineData(ExitCode.Configuration, "--top-p must be in 1E-09 … 1; it is 2", "--policy", "model", "--model", "m", "--top-p", "2")]
    [InlineData(ExitCode.Configuration, "--reply-limit must be at least 1", "--policy", "model", "--model", "m", "--reply-limit", "0")]
    [InlineData(ExitCode.Configuration, "--batch must be at least 1", "--policy", "model", "--model", "m", "--batch", "0")]
    [InlineData(
        ExitCode.Configuration,
        "--greedy, --top-k, --top-p, --repetition-penalty and --constrain are of a model here",
        "--policy",
        "random",
        "--greedy"
    )]
    [InlineData(ExitCode.Configuration, "--model names one model, but the mixture has two", "--policy", "model,remote", "--model", "m")]
    [InlineData(ExitCode.Configuration, "there is no policy 'modle'; did you mean 'model'?", "--policy", "modle")]
    public async Task Wrong_settings_are_refused_before_anything_is_written(int exitCode, string said, params string[] settings)
    {
        (await Vlmq.RunAsync(["collect", "numberline", .. settings, "--out", _folder["wrong"]])).Refused(exitCode, said);
        Assert.False(Directory.Exists(_folder["wrong"]));
    }

    [Fact]
    public async Task A_mixture_with_a_model_is_evaluated_in_several_environments()
    {
        const string Mixture = "model=1,expert=1";
        string[] evaluate = ["eval", "--env", "numberline", "--env", "ezpoints", "--policy", Mixture, "--model", model.Checkpoint];
        Outcome outcome = (await Vlmq.RunAsync([.. evaluate, "--episodes", "3", "--json"])).Done();
        JsonArray rows = JsonNode.Parse(outcome.Output)!["results"]!.AsArray();
        Assert.Equal(["gym_cards/NumberLine-v0", "gym_cards/EZPoints-v0"], rows.Select(row => (string?)row!["env"]));
        Assert.All(rows, row => Assert.Equal((Mixture, 3), ((string?)row!["policy"], (int)row["episodes"]!)));
    }

    [Fact]
    public async Task A_chat_with_a_small_model_has_answers_as_long_as_its_context_leaves()
    {
        string picture = _folder["card.png"];
        (await Vlmq.RunAsync("env", "show", "numberline", "--out", picture)).Done();
        string[] chat = ["model", "chat", model.Checkpoint, "--image", picture, "--prompt", "Which number is it?"];
        (await Vlmq.RunAsync(chat)).Done();
        (await Vlmq.RunAsync([.. chat, "--reply-limit", "500"])).Refused(
            ExitCode.Data,
            "the model holds 96; shorten the prompt or the longest reply"
        );
    }

    [Fact]
    public async Task A_tokenizer_that_is_not_the_models_own_is_refused()
    {
        (await CollectAsync("--tokenizer", await OtherTokenizerAsync(), "--out", _folder["wrong"])).Refused(
            ExitCode.Data,
            model.Checkpoint,
            "the model's tokenizer is ",
            "name the tokenizer that it was trained with"
        );
    }

    [Fact]
    public async Task A_pipeline_collects_with_a_model()
    {
        string file = _folder["pipeline.yaml"];
        await File.WriteAllTextAsync(
            file,
            $$"""
            name: small
            environment: numberline
            data:
              - name: played
                policy: model=1,random=1
                model: {path: '{{model.Checkpoint}}', top_k: 8}
                turns: 60
            train:
              steps: 2
              batch_windows: 2
              model: {width: 32, heads: 2, layers: 1}
            methods: [sft]
            evaluate: {episodes: 3}
            """,
            TestContext.Current.CancellationToken
        );
        (await Vlmq.RunAsync("run", file, "--out", _folder["run"])).Done();
        string manifest = await File.ReadAllTextAsync(
            _folder["run", "episodes", "played-seed1", "manifest.json"],
            TestContext.Current.CancellationToken
        );
        string settings = (string)JsonNode.Parse(manifest)!["properties"]!["policy_settings"]!;
        Assert.StartsWith("mixture model=1,random=1; model ", settings, StringComparison.Ordinal);
        Assert.EndsWith("temperature 1, top-k 8, 24 tokens", settings, StringComparison.Ordinal);
        (await Vlmq.RunAsync("run", file, "--out", _folder["again"], "--set", "data[0].model=null")).Refused(
            ExitCode.Configuration,
            "data 'played': the model policy needs the key `model`; add `model: {path: …}`"
        );
        Assert.False(Directory.Exists(_folder["again"]));
    }

    [Theory]
    [InlineData("data[0].policy=random")]
    [InlineData("data[0].model={path: DAMAGED}")]
    public async Task A_pipeline_of_a_model_with_other_weights_than_it_needs_is_refused_before_anything_is_written(string setting)
    {
        string damaged = _folder["damaged"];
        Folder.Copy(model.Checkpoint, damaged);
        DamageWeights(damaged);
        string file = _folder["pipeline.yaml"];
        await File.WriteAllTextAsync(
            file,
            $$"""
            name: small
            environment: numberline
            model: '{{(setting.Contains("DAMAGED", StringComparison.Ordinal) ? model.Checkpoint : damaged)}}'
            data: [{name: played, policy: model, turns: 60}]
            train: {steps: 2}
            methods: [sft]
            """,
            TestContext.Current.CancellationToken
        );
        string[] set = ["--set", setting.Replace("DAMAGED", $"'{damaged}'", StringComparison.Ordinal)];
        (await Vlmq.RunAsync(["run", file, "--out", _folder["run"], .. set])).Refused(ExitCode.Data, "model.safetensors", "bytes");
        Assert.False(Directory.Exists(_folder["run"]));
    }

    [Fact]
    public async Task An_evaluation_of_a_policy_with_a_damaged_model_is_refused_before_anything_is_written()
    {
        string damaged = _folder["damaged"];
        Folder.Copy(model.Checkpoint, damaged);
        DamageWeights(damaged);
        string[] evaluate = ["eval", "--policy", "model=1,random=1", "--model", damaged, "--env", "numberline", "--out", _folder["out"]];
        (await Vlmq.RunAsync(evaluate)).Refused(ExitCode.Data, "model.safetensors", "bytes");
        Assert.False(Directory.Exists(_folder["out"]));
    }

    // A copy that was broken off.
    private static void DamageWeights(string folder)
    {
        using FileStream weights = File.Open(Path.Combine(folder, "model.safetensors"), FileMode.Open);
        weights.SetLength(weights.Length - 100);
    }

    private Task<Outcome> CollectAsync(params string[] options) =>
        Vlmq.RunAsync(["collect", "numberline", "--policy", "model", "--model", model.Checkpoint, .. options]);

    /// <summary>The shipped tokenizer with two ids exchanged.</summary>
    private async Task<string> OtherTokenizerAsync()
    {
        string folder = _folder["tokenizer"];
        Folder.Copy(Path.Combine(AppContext.BaseDirectory, "data", "tokenizers", "tiny"), folder);
        string path = Path.Combine(folder, "vocab.json");
        string ids = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        ids = ids.Replace("\"open\": 381", "\"open\": 382", StringComparison.Ordinal)
            .Replace("\"fr\": 382", "\"fr\": 381", StringComparison.Ordinal);
        await File.WriteAllTextAsync(path, ids, TestContext.Current.CancellationToken);
        return folder;
    }
}
