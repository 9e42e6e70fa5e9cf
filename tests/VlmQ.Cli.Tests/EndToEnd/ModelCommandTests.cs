using System.Text.Json.Nodes;
using VlmQ.Core.Imaging;
using VlmQ.Datasets.Images;
using VlmQ.Tests.Shared;

namespace VlmQ.Cli.Tests.EndToEnd;

/// <summary><c>vlmq model</c> with the tiny models under official names.</summary>
[Trait("Category", "Golden")]
public sealed class ModelCommandTests : IDisposable
{
    private const string August = "moondream2-2024-08-26";
    private const string June = "moondream2-2025-06-21";
    private const string XGen = "xgen-mm-phi3-mini-instruct-interleave-r-v1.5";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(August, "vision projection text region", 340369, 600)]
    [InlineData(June, "vision projection text region", 340968, 640)]
    [InlineData(XGen, "vision resampler text vision (pooling head)", 327095, 615)]
    public async Task Inspect_shows_parts_memory_and_that_the_tokenizer_fits(string name, string parts, long parameters, int vocabulary)
    {
        Outcome outcome = (
            await Vlmq.RunAsync("model", "inspect", Of(name), "--batch", "2", "--sequence", "900", "--lora-rank", "4", "--json")
        ).Done();
        JsonNode report = JsonNode.Parse(outcome.Output)!;
        Assert.Equal(name, (string?)report["family"]);
        Assert.Equal(vocabulary, (int)report["vocabulary"]!);
        Assert.Equal(parts, string.Join(" ", report["parts"]!.AsArray().Select(part => (string?)part!["part"])));
        Assert.Equal(parameters, (long)report["parameters"]!);
        JsonNode memory = report["memory"]!;
        Assert.InRange((long)memory["load"]!, 1, (long)memory["infer"]!);
        Assert.Equal((long)memory["train"]!, memory["train_items"]!.AsArray().Sum(item => (long)item!["bytes"]!));
        Assert.All(report["tokenizer"]!["checks"]!.AsArray(), check => Assert.True((bool)check!["passed"]!));
        Outcome text = (await Vlmq.RunAsync("model", "inspect", Of(name))).Done();
        Assert.Contains("passed: a text comes back as it was", text.Output, StringComparison.Ordinal);
        Assert.Contains("memory for 8 sequences of 1024 positions", text.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tokenizer_that_is_another_models_is_refused_with_what_it_gets_wrong()
    {
        Copy(June);
        File.Copy(Path.Combine(Of(August), "tokenizer.json"), _folder["tokenizer.json"], overwrite: true);
        const string Said = "does not match the vocabulary of moondream2-2025-06-21: '<|endoftext|>' is 560, but the model expects 0";
        Outcome outcome = await Vlmq.RunAsync("model", "inspect", _folder.Path);
        Assert.Equal(ExitCode.Data, outcome.ExitCode);
        Assert.Contains("FAILED", outcome.Output, StringComparison.Ordinal);
        Assert.Contains(Said, outcome.Error, StringComparison.Ordinal);
        (await Vlmq.RunAsync("model", "chat", _folder.Path, "--image", Picture, "--prompt", "x")).Refused(ExitCode.Data, Said, "starmie");
    }

    [Fact]
    public async Task A_tensor_that_is_missing_is_named_before_anything_else_is_done()
    {
        File.Copy(Path.Combine(Of(August), "model.safetensors"), _folder["model.safetensors"]);
        File.Copy(Path.Combine(Of(August), "tokenizer.json"), _folder["tokenizer.json"]);
        JsonNode config = JsonNode.Parse(File.ReadAllText(Path.Combine(Of(August), "config.json")))!;
        config["text_config"]!["num_hidden_layers"] = 4;
        File.WriteAllText(_folder["config.json"], config.ToJsonString());
        (await Vlmq.RunAsync("model", "inspect", _folder.Path)).Refused(
            ExitCode.Data,
            "needs 'text_model.transformer.h.3.ln.weight' of the shape [64], which is missing, and 9 more"
        );
    }

    [Fact]
    public async Task A_pickle_is_never_opened()
    {
        File.Copy(Path.Combine(Of(August), "config.json"), _folder["config.json"]);
        File.WriteAllText(_folder["pytorch_model.bin"], "not even a pickle");
        (await Vlmq.RunAsync("model", "inspect", _folder.Path)).Refused(ExitCode.Data, "is a pickle", "safetensors");
    }

    [Fact]
    public async Task Weights_that_are_no_safetensors_are_refused()
    {
        File.WriteAllBytes(_folder["config.json"], File.ReadAllBytes(Path.Combine(Of(August), "config.json")));
        string bad = Fixtures.PathOf("models", "safetensors", "bad", "overlap.safetensors");
        File.WriteAllBytes(_folder["model.safetensors"], File.ReadAllBytes(bad));
        (await Vlmq.RunAsync("model", "inspect", _folder.Path, "--json")).Refused(ExitCode.Data, _folder["model.safetensors"]);
    }

    [Theory]
    [InlineData("nowhere", ExitCode.Configuration, "there is no model 'nowhere'")]
    [InlineData(".", ExitCode.Data, "there is no config.json")]
    public async Task What_is_no_model_is_refused(string name, int exitCode, string said)
    {
        string place = name == "." ? _folder.Path : name;
        (await Vlmq.RunAsync("model", "inspect", place)).Refused(exitCode, said);
    }

    [Theory]
    [InlineData(August)]
    [InlineData(June)]
    [InlineData(XGen)]
    public async Task A_merged_model_answers_as_the_model_with_its_adapter_does(string name)
    {
        string merged = _folder["merged"];
        string adapter = Path.Combine(Of(name), "adapter");
        Outcome outcome = (await Vlmq.RunAsync("model", "merge", Of(name), "--adapter", adapter, "--out", merged, "--json")).Done();
        Assert.Equal(1, (int)JsonNode.Parse(outcome.Output)!["adapted"]!);
        string[] question = ["--image", Picture, "--prompt", "What should the player do next?", "--reply-limit", "6"];
        string plain = (await Vlmq.RunAsync(["model", "chat", Of(name), .. question])).Done().Output;
        string answer = (await Vlmq.RunAsync(["model", "chat", merged, .. question])).Done().Output;
        Assert.NotEqual(plain, answer);
        (await Vlmq.RunAsync("model", "merge", Of(name), "--adapter", adapter, "--out", merged)).Refused(
            ExitCode.Configuration,
            "the folder holds a model already"
        );
    }

    [Fact]
    public async Task Chat_answers_every_question_by_itself()
    {
        string[] ask = ["model", "chat", Of(August), "--image", Picture, "--reply-limit", "4", "--json"];
        Outcome two = (await Vlmq.RunAsync([.. ask, "--prompt", "What is this?", "--prompt", "Is the door open?"])).Done();
        Outcome typed = (await Vlmq.RunWithInputAsync("What is this?\n\nIs the door open?\n", ask)).Done();
        Assert.Equal(two.Output, typed.Output);
        Outcome second = (await Vlmq.RunAsync([.. ask, "--prompt", "Is the door open?"])).Done();
        JsonArray answers = JsonNode.Parse(two.Output)!["answers"]!.AsArray();
        Assert.Equal(2, answers.Count);
        Assert.Equal((string?)answers[1]!["answer"], (string?)JsonNode.Parse(second.Output)!["answers"]![0]!["answer"]);
    }

    [Theory]
    [InlineData(August)]
    [InlineData(June)]
    [InlineData(XGen)]
    public async Task A_picture_that_is_none_and_a_prompt_beyond_the_context_are_clear_faults(string name)
    {
        File.WriteAllBytes(_folder["empty.png"], []);
        string[] chat = ["model", "chat", Of(name), "--prompt"];
        (await Vlmq.RunAsync([.. chat, "x", "--image", _folder["empty.png"]])).Refused(
            ExitCode.Data,
            "empty.png",
            "; name a PNG or JPEG as --image"
        );
        (await Vlmq.RunAsync([.. chat, "x", "--image", _folder.Path])).Refused(
            ExitCode.Configuration,
            "is a folder; name a PNG or JPEG as --image"
        );
        RgbImage thread = new(1, 20000, [.. new byte[3 * 20000]]);
        File.WriteAllBytes(_folder["thread.png"], [.. PictureCodec.Encode(thread)]);
        (await Vlmq.RunAsync([.. chat, "x", "--image", _folder["thread.png"]])).Refused(
            ExitCode.Data,
            "thread.png: a picture of 1×20000 pixels is too narrow to be read; pictures may be up to 100 times as long as wide"
        );
        string words = string.Concat(Enumerable.Repeat("Where is the key? ", 600));
        (await Vlmq.RunAsync([.. chat, words, "--image", Picture])).Refused(ExitCode.Data, "context");
    }

    private static string Picture => Path.Combine(Of(August), "a.png");

    private static string Of(string name) => Fixtures.PathOf("models", name);

    private void Copy(string name)
    {
        foreach (
            string file in Directory
                .EnumerateFiles(Of(name))
                .Where(file => !file.EndsWith("expected.safetensors", StringComparison.Ordinal))
        )
        {
            // A plain copy would take over that fixtures may be read-only.
            File.WriteAllBytes(_folder[Path.GetFileName(file)], File.ReadAllBytes(file));
        }
    }
}
