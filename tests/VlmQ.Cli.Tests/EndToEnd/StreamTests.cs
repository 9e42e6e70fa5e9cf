using System.Globalization;
using System.Text.Json.Nodes;

namespace VlmQ.Cli.Tests.EndToEnd;

public sealed class StreamTests(SmallData data) : IClassFixture<SmallData>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Ranks_together_read_what_one_rank_reads_and_another_world_goes_on_where_they_stopped()
    {
        JsonObject whole = await StreamAsync("--batches", "12", "--batch-windows", "4");
        JsonObject[] ranks =
        [
            await StreamAsync("--batches", "8", "--batch-windows", "2", "--world", "2", "--rank", "0"),
            await StreamAsync("--batches", "8", "--batch-windows", "2", "--world", "2", "--rank", "1", "--workers", "1"),
        ];
        string next = (string)ranks[0]["next"]!;
        JsonObject rest = await StreamAsync("--batches", "4", "--batch-windows", "4", "--from", next);

        Assert.Equal(next, (string?)ranks[1]["next"]);
        Assert.Equal((string?)whole["next"], (string?)rest["next"]);
        Assert.Equal((long)whole["turns"]!, ranks.Append(rest).Sum(part => (long)part["turns"]!));
        Assert.Equal(DigestOf(whole), unchecked(DigestOf(ranks[0]) + DigestOf(ranks[1]) + DigestOf(rest)));
        Assert.InRange((double)whole["wait_share"]!, 0, 1);
        Assert.True((double)whole["turns_per_second"]! > 0);
    }

    [Fact]
    public async Task Ranks_that_follow_a_dataset_together_agree_on_its_passes_in_a_folder()
    {
        string[] follow = ["--follow", "--passes", _folder["passes"], "--batches", "40"];
        JsonObject[] ranks =
        [
            await StreamAsync([.. follow, "--world", "2", "--rank", "0", "--batch-windows", "2"]),
            await StreamAsync([.. follow, "--world", "2", "--rank", "1", "--batch-windows", "2"]),
        ];
        JsonObject whole = await StreamAsync([.. follow, "--batch-windows", "4"]);

        Assert.Equal(DigestOf(whole), unchecked(DigestOf(ranks[0]) + DigestOf(ranks[1])));
        Assert.NotEmpty(Directory.GetFiles(_folder["passes"], "pass-*"));
    }

    [Fact]
    public async Task Pictures_are_resized_and_several_datasets_are_mixed()
    {
        JsonObject mixed = await StreamAsync(data.Transitions + "=0.5", "--image-size", "20", "--batches", "5");

        Assert.Equal(2, ((string)mixed["next"]!).Split(',').Length);
    }

    [Theory]
    [InlineData("--rank", "2", "--world", "2")]
    [InlineData("--from", "nowhere")]
    [InlineData("--from", "0/0/1/1/1/d,0/0/1/1/1/d")]
    [InlineData("--follow", "--world", "2")]
    [InlineData("--passes", "passes")]
    public async Task What_cannot_be_streamed_is_a_fault_in_one_line(params string[] arguments)
    {
        Outcome outcome = await Vlmq.RunAsync(["dataset", "stream", data.Transitions, .. arguments]);

        outcome.Refused(2);
    }

    [Theory]
    [InlineData("=0", "weight")]
    [InlineData("=much", "weight")]
    public async Task A_weight_that_is_no_positive_number_is_a_fault(string weight, string said)
    {
        Outcome outcome = await Vlmq.RunAsync("dataset", "stream", data.Transitions + weight);

        outcome.Refused(2, said);
    }

    [Fact]
    public async Task A_training_on_a_mix_with_a_dataset_that_grows_goes_on_after_a_stop_as_if_it_had_not_stopped()
    {
        // What a collector that was stopped left: not complete, and it may go on.
        string growing = _folder["growing"];
        string part = Path.Combine(growing, "part-00002.parquet");
        string[] convert = ["convert", _folder["many"], "--image-size", "60", "--part-rows", "30", "--out", growing];
        (
            await Vlmq.RunAsync("collect", "numberline", "--policy", "random", "--turns", "1500", "--seed", "9", "--out", _folder["many"])
        ).Done();
        await Vlmq.KillAsync(() => File.Exists(part), convert);
        string[] train =
        [
            "train",
            data.Transitions + "=0.7",
            growing + "=0.3",
            "--follow",
            .. SmallData.TinyTraining,
            "--set",
            "steps=40",
            "--set",
            "log_every=1",
            "--set",
            "checkpoint_every=10",
            "--out",
        ];

        string begun = Path.Combine(_folder["model"], "checkpoint");
        bool killed = await Vlmq.KillAsync(() => Path.Exists(begun), [.. train, _folder["model"]]);
        (await Vlmq.RunAsync([.. train, _folder["model"]])).Done();
        (await Vlmq.RunAsync([.. train, _folder["whole"]])).Done();

        Assert.True(killed);
        SortedDictionary<string, string> whole = Folder.DigestsOf(_folder["whole", "checkpoint"]);
        SortedDictionary<string, string> resumed = Folder.DigestsOf(_folder["model", "checkpoint"]);
        Assert.Equal(whole["model.safetensors"], resumed["model.safetensors"]);
        Assert.Equal(whole["optimizer.safetensors"], resumed["optimizer.safetensors"]);
        string metrics = (await File.ReadAllLinesAsync(_folder["model", "metrics.jsonl"], TestContext.Current.CancellationToken))[^1];
        Assert.InRange((double)JsonNode.Parse(metrics)!["data_wait"]!, 0, 1);

        Outcome strict = await Vlmq.RunAsync([.. train.Where(argument => argument != "--follow"), _folder["strict"]]);
        strict.Refused(3, "not complete", growing);
    }

    private async Task<JsonObject> StreamAsync(params string[] arguments)
    {
        Outcome outcome = await Vlmq.RunAsync(["dataset", "stream", data.Transitions, "--json", "--window-turns", "2", .. arguments]);
        return JsonNode.Parse(outcome.Done().Output)!.AsObject();
    }

    private static UInt128 DigestOf(JsonObject outcome) =>
        UInt128.Parse((string)outcome["digest"]!, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
