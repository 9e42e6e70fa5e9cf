using System.Text.Json.Nodes;
using VlmQ.Tests.Shared;

namespace VlmQ.Cli.Tests.EndToEnd;

/// <summary>The shipped pipelines of the published models, with the tiny models under their names.</summary>
[Trait("Category", "Golden")]
public sealed class PublishedModelPipelineTests : IDisposable
{
    private static readonly string[] Small =
    [
        "environment=blackjack",
        "seeds=[1]",
        "data=[{name: own, policy: model, model: {constrain: action, reply_limit: 24}, turns: 6}]",
        "methods=[afsft]",
        "convert.reply_limit=24",
        "train.steps=2",
        "train.batch_windows=1",
        "train.learning_rate=0.05",
        "train.warmup_steps=0",
        "evaluate={episodes: 1, greedy_episodes: 1, constrain: action}",
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("moondream2-gymcards", "moondream2-2024-08-26", 12)]
    [InlineData("moondream2-gymcards", "moondream2-2025-06-21", 12)]
    [InlineData("xgen-mm-gymcards", "xgen-mm-phi3-mini-instruct-interleave-r-v1.5", 12)]
    public async Task A_model_plays_learns_from_what_it_did_and_is_evaluated(string pipeline, string name, int adapted)
    {
        string model = Fixtures.PathOf("models", name);
        string file = Path.Combine(Repository.Root, "pipelines", pipeline + ".yaml");
        string run = _folder["run"];
        string[] settings = [.. Small.SelectMany(setting => (string[])["--set", setting])];
        (await Vlmq.RunAsync(["run", file, "--model", model, "--out", run, .. settings])).Done();
        AssertPlayedBy(model, Path.Combine(run, "episodes", "own-seed1"));
        JsonArray results = Read(Path.Combine(run, "summary.json"))["results"]!.AsArray();
        Assert.Equal(["greedy", "sample"], results.Select(row => (string)row!["decoding"]!));
        Assert.All(results, row => Assert.Equal(1, (double)row!["syntax_accuracy"]!));

        string checkpoint = Path.Combine(run, "models", "own-seed1-afsft", "checkpoint");
        JsonNode adapter = Read(Path.Combine(checkpoint, "adapter_config.json"));
        Assert.Equal("LORA", (string?)adapter["peft_type"]);
        Assert.Equal(16, (int)adapter["r"]!);
        Assert.Equal(adapted, adapter["target_modules"]!.AsArray().Count);
        Assert.Equal(model, (string?)adapter["base_model_name_or_path"]);
        Assert.True(File.Exists(Path.Combine(checkpoint, "adapter_model.safetensors")));
        Assert.True(File.Exists(Path.Combine(checkpoint, "critics.safetensors")));
        Assert.False(File.Exists(Path.Combine(checkpoint, "model.safetensors")));

        string merged = _folder["merged"];
        Outcome outcome = (await Vlmq.RunAsync("model", "merge", checkpoint, "--out", merged, "--json")).Done();
        Assert.Equal(adapted, (int)JsonNode.Parse(outcome.Output)!["adapted"]!);
        string answer = await AnswerAsync(merged);
        Assert.Equal(await AnswerAsync(checkpoint), answer);
        Assert.NotEqual(await AnswerAsync(model), answer);
    }

    private static void AssertPlayedBy(string model, string episodes)
    {
        JsonNode properties = Read(Path.Combine(episodes, "manifest.json"))["properties"]!;
        Assert.Equal("model", (string?)properties["policy"]);
        Assert.Matches(
            "^model [0-9a-f]{64}, tokenizer [0-9a-f]{64}, temperature 1, held to action, 24 tokens$",
            (string?)properties["policy_settings"]
        );
        Assert.True(Directory.Exists(model));
    }

    private static async Task<string> AnswerAsync(string model)
    {
        string picture = Fixtures.PathOf("models", "moondream2-2024-08-26", "a.png");
        string[] chat = ["model", "chat", model, "--image", picture, "--prompt", "What next?", "--reply-limit", "12"];
        return (await Vlmq.RunAsync(chat)).Done().Output;
    }

    private static JsonNode Read(string path) => JsonNode.Parse(File.ReadAllText(path))!;
}
