using System.Text.Json;
using System.Text.Json.Nodes;

namespace VlmQ.Cli.Tests.EndToEnd;

public sealed class RunTests(FinishedRun run) : IClassFixture<FinishedRun>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_run_ends_with_a_table_and_the_path_of_its_report()
    {
        string[] lines = run.Outcome.Done().Output.TrimEnd().Split('\n');
        Assert.Matches("^data   seed  method  decoding +success +return +length +syntax +reached +episodes +CPU s +steps$", lines[0]);
        Assert.Equal("report: " + Path.Combine(run.Root, "report.html"), lines[^1]);
        // Each of the six is in the table of results and in that of replies that named no action; the data set is in a table of its own.
        Assert.Equal(13, lines.Count(line => line.StartsWith("noisy", StringComparison.Ordinal)));
        Assert.Matches(@"^noisy +7  base +greedy +\d+\.\d% \[", lines[2]);
        Assert.Contains("replies that named no action", lines);
    }

    [Fact]
    public void A_run_folder_holds_every_file()
    {
        string[] models = ["base", "sft", "afsft"];
        string[] expected =
        [
            "metrics.jsonl",
            "report.html",
            "run.json",
            "summary.json",
            .. Dataset("episodes"),
            .. Dataset("transitions"),
            .. models.SelectMany(method => Model($"models/noisy-seed7-{method}")),
        ];
        Assert.Equal(expected.Order(StringComparer.Ordinal), Folder.DigestsOf(run.Root).Keys);

        static string[] Dataset(string kind) =>
            [$"{kind}/noisy-seed7/README.md", $"{kind}/noisy-seed7/manifest.json", $"{kind}/noisy-seed7/part-00000.parquet"];

        static string[] Model(string folder) =>
            [
                $"{folder}/checkpoint/checkpoint.json",
                $"{folder}/checkpoint/config.json",
                $"{folder}/checkpoint/model.safetensors",
                $"{folder}/checkpoint/optimizer.safetensors",
                $"{folder}/metrics.jsonl",
                $"{folder}/results.json",
                $"{folder}/training.json",
            ];
    }

    [Fact]
    public void The_summary_has_the_keys_that_others_rely_on()
    {
        JsonObject summary = Json("summary.json");
        Assert.Equal(["results", "collected"], summary.Select(pair => pair.Key));
        JsonObject[] results = [.. summary["results"]!.AsArray().Select(row => row!.AsObject())];
        Assert.Equal(
            ["base greedy", "base sample", "sft greedy", "sft sample", "afsft greedy", "afsft sample"],
            results.Select(row => $"{row["method"]} {row["decoding"]}")
        );
        foreach (JsonObject row in results)
        {
            string[] keys =
            [
                "env",
                "data",
                "method",
                "seed",
                "decoding",
                "goal_types",
                "train_cpu_seconds",
                "train_steps",
                "success_rate",
                "success_rate_interval",
                "syntax_accuracy",
                "syntax_accuracy_interval",
                "failures",
                "mean_return",
                "mean_return_interval",
                "mean_length",
                "mean_length_interval",
                "reached_rate",
                "endings",
                "replies",
                "episodes",
            ];
            Assert.Equal(keys, row.Select(pair => pair.Key));
            Assert.InRange(
                (double)row["success_rate"]!,
                (double)row["success_rate_interval"]!["low"]!,
                (double)row["success_rate_interval"]!["high"]!
            );
            Assert.Equal((int)row["episodes"]!, row["goal_types"]!.AsObject().Sum(pair => (int)pair.Value!["episodes"]!));
            Assert.Equal("gym_cards/NumberLine-v0", (string?)row["env"]);
            Assert.Equal("noisy", (string?)row["data"]);
            Assert.Equal(7, (int)row["seed"]!);
            Assert.InRange((double)row["success_rate"]!, 0, (double)row["reached_rate"]!);
            Assert.InRange((double)row["syntax_accuracy"]!, 0, 1);
            Assert.Equal((double)row["syntax_accuracy"]! < 1, row["failures"]!.AsObject().Count > 0);
            Assert.Equal((string?)row["decoding"] == "greedy" ? 30 : 5, (int)row["episodes"]!);
            Assert.Equal((string?)row["method"] == "base" ? 0 : 40, (int)row["train_steps"]!);
            Assert.Equal((string?)row["method"] == "base", (double)row["train_cpu_seconds"]! == 0);
        }
    }

    [Fact]
    public async Task The_replies_of_the_collected_data_are_told_as_the_statistics_of_the_dataset_tell_them()
    {
        JsonNode collected = Assert.Single(Json("summary.json")["collected"]!.AsArray())!;
        Assert.Equal("noisy", (string?)collected["data"]);
        Assert.Equal(7, (int)collected["seed"]!);
        string episodes = Path.Combine(run.Root, "episodes", "noisy-seed7");
        JsonNode statistics = JsonNode.Parse((await Vlmq.RunAsync("dataset", "stats", episodes, "--json")).Done().Output)!;
        JsonNode replies = Assert.Single(statistics["replies"]!.AsArray())!;
        Assert.True(JsonNode.DeepEquals(replies, collected["replies"]), $"{replies} and {collected["replies"]}");
        Assert.InRange(replies["failures"]!.AsObject().Count, 2, 8);

        string[] lines = run.Outcome.Output.Split('\n');
        int table = Array.IndexOf(lines, "replies of the collected data");
        Assert.Matches("^data +seed +policy +replies +syntax +[a-z]+", lines[table + 1]);
        Assert.Matches(@"^noisy +7 +noisy +\d+ +\d+\.\d% \[", lines[table + 3]);
        string report = await File.ReadAllTextAsync(Path.Combine(run.Root, "report.html"), TestContext.Current.CancellationToken);
        Assert.Contains("<h2>Replies of the collected data</h2>", report, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_evaluation_of_the_run_finds_its_numbers_again_and_one_of_a_model_those_of_the_model()
    {
        JsonArray expected = Json("summary.json")["results"]!.AsArray();
        JsonArray rows = await EvaluateAsync(run.Root);
        Assert.Equal(6, rows.Count);
        foreach ((JsonNode? recorded, JsonNode? row) in expected.Zip(rows))
        {
            Assert.Equal($"noisy-seed7-{recorded!["method"]}", (string?)row!["model"]);
            Assert.Equal((string?)recorded["decoding"], (string?)row["decoding"]);
            foreach (string key in (string[])["success_rate", "syntax_accuracy", "failures", "mean_return", "goal_types", "endings"])
            {
                Assert.True(JsonNode.DeepEquals(recorded[key], row[key]), $"{key}: {recorded[key]} and {row[key]}");
            }
        }
        string model = Path.Combine(run.Root, "models", "noisy-seed7-sft");
        JsonArray two = await EvaluateAsync(model, "--env", "numberline", "--episodes", "5", "--seed", "7", "--out", _folder["out"]);
        Assert.Equal(2, two.Count);
        Assert.True(JsonNode.DeepEquals(rows[3]!["mean_return"], two[1]!["mean_return"]));
        Assert.True(File.Exists(_folder["out", "failures", "report.html"]));

        static async Task<JsonArray> EvaluateAsync(params string[] arguments) =>
            JsonNode.Parse((await Vlmq.RunAsync(["eval", .. arguments, "--json"])).Done().Output)!["results"]!.AsArray();
    }

    [Fact]
    public void The_run_is_recorded_with_configuration_versions_and_digests()
    {
        JsonObject record = Json("run.json");
        Assert.Equal("vlmq-run/1", (string?)record["format"]);
        Assert.True((bool)record["complete"]!);
        Assert.Equal(200, (int)record["configuration"]!["data"]![0]!["turns"]!);
        Assert.Equal(40, (int)record["configuration"]!["train"]!["steps"]!);
        Assert.Equal("brief", (string?)record["configuration"]!["convert"]!["template"]);
        Assert.Equal(7, (int)record["seeds"]![0]!);
        string[] versions = ["Microsoft.ML.Tokenizers", "Parquet", "SixLabors.ImageSharp", "TorchSharp", "dotnet", "libtorch", "vlmq"];
        Assert.Equal(versions, record["versions"]!.AsObject().Select(pair => pair.Key));
        Assert.Equal(["template", "tokenizer"], record["inputs"]!.AsObject().Select(pair => pair.Key));
        JsonObject outputs = record["outputs"]!.AsObject();
        SortedDictionary<string, string> files = Folder.DigestsOf(run.Root);
        Assert.Equal(6, outputs.Count);
        Assert.Matches("^[0-9a-f]{64}$", (string)outputs["episodes/noisy-seed7"]!);
        Assert.Matches("^[0-9a-f]{64}$", (string)outputs["transitions/noisy-seed7"]!);
        Assert.Equal(files["metrics.jsonl"], (string?)outputs["metrics.jsonl"]);
        const string Weights = "models/noisy-seed7-afsft/checkpoint/model.safetensors";
        Assert.Equal(files[Weights], (string?)outputs[Weights]);
    }

    [Fact]
    public void The_report_refers_to_nothing_outside_itself()
    {
        string report = File.ReadAllText(Path.Combine(run.Root, "report.html"));
        Assert.DoesNotContain("://", report, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", report, StringComparison.Ordinal);
        Assert.DoesNotContain("<link", report, StringComparison.Ordinal);
        Assert.Contains("A few turns &amp; steps.", report, StringComparison.Ordinal);
        Assert.Contains("did not parse", report, StringComparison.Ordinal);
        Assert.Contains("<svg", report, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_run_changes_no_byte_and_trains_nothing()
    {
        SortedDictionary<string, string> before = Folder.DigestsOf(run.Root);
        Outcome again = (await Vlmq.RunAsync("run", run.File, "--out", run.Root)).Done();
        Assert.Equal(before, Folder.DigestsOf(run.Root));
        Assert.Equal(run.Outcome.Output, again.Output);
        Assert.Single(again.Error.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task An_interrupted_run_of_the_same_seed_ends_with_the_same_data_weights_and_metrics()
    {
        string other = _folder["other"];
        string begun = Path.Combine(other, "models", "noisy-seed7-sft", "checkpoint");
        string[] command = ["run", run.File, "--out", other];
        (await Vlmq.InterruptAsync(() => Directory.Exists(begun), command)).Interrupted();
        string record = await File.ReadAllTextAsync(Path.Combine(other, "run.json"), TestContext.Current.CancellationToken);
        Assert.Contains("\"complete\": false", record, StringComparison.Ordinal);
        Outcome resumed = (await Vlmq.RunAsync([.. command, "--json"])).Done();

        Assert.Equal(WithoutTime(Path.Combine(run.Root, "metrics.jsonl")), WithoutTime(Path.Combine(other, "metrics.jsonl")));
        SortedDictionary<string, string> ours = Folder.DigestsOf(run.Root);
        SortedDictionary<string, string> theirs = Folder.DigestsOf(other);
        Assert.Equal(ours.Keys, theirs.Keys);
        string[] reproducible = [.. ours.Keys.Where(IsReproducible)];
        Assert.Equal(15, reproducible.Length);
        Assert.All(reproducible, file => Assert.Equal(ours[file], theirs[file]));
        using JsonDocument printed = JsonDocument.Parse(resumed.Output);
        Assert.Equal(6, printed.RootElement.GetProperty("results").GetArrayLength());
    }

    [Theory]
    [InlineData("data[0].turns=100", "turns (200 there, 100 here)")]
    [InlineData("train.steps=41", "train.steps (40 there, 41 here)")]
    [InlineData("convert.image_size=72", "convert.image_size (60 there, 72 here)")]
    public async Task A_run_folder_of_another_configuration_is_not_gone_on_with(string setting, string difference)
    {
        SortedDictionary<string, string> before = Folder.DigestsOf(run.Root);
        (await Vlmq.RunAsync("run", run.File, "--out", run.Root, "--set", setting)).Refused(
            ExitCode.Configuration,
            run.Root + ": the folder holds a run with another",
            difference,
            "choose another --out"
        );
        Assert.Equal(before, Folder.DigestsOf(run.Root));
    }

    private static bool IsReproducible(string file) =>
        file.EndsWith(".parquet", StringComparison.Ordinal)
        || file.EndsWith(".safetensors", StringComparison.Ordinal)
        || file.EndsWith("README.md", StringComparison.Ordinal)
        || file.EndsWith("manifest.json", StringComparison.Ordinal)
        || file.EndsWith("config.json", StringComparison.Ordinal);

    private static string[] WithoutTime(string metrics) =>
        [
            .. File.ReadLines(metrics)
                .Select(line =>
                {
                    JsonObject values = JsonNode.Parse(line)!.AsObject();
                    Assert.True(values.Remove("cpu_seconds"));
                    Assert.True(values.Remove("data_wait"));
                    return values.ToJsonString();
                }),
        ];

    private JsonObject Json(string file) => JsonNode.Parse(File.ReadAllText(Path.Combine(run.Root, file)))!.AsObject();
}
