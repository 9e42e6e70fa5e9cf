using System.Text.Json.Nodes;

namespace VlmQ.Cli.Tests.EndToEnd;

public sealed class ConvertBatchTests(SmallData data) : IClassFixture<SmallData>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_pattern_converts_each_dataset_to_a_folder_of_its_own()
    {
        Folder.Copy(data.Episodes, _folder["runs", "a", "episodes", "x"]);
        Folder.Copy(data.Episodes, _folder["runs", "b", "episodes", "y"]);
        string[] convert = SmallData.Convert(_folder["runs", "*", "episodes", "*"], _folder["out"]);
        JsonNode result = JsonNode.Parse((await Vlmq.RunAsync([.. convert, "--json"])).Done().Output)!;
        Assert.Equal(2, result["datasets"]!.AsArray().Count);
        SortedDictionary<string, string> expected = Folder.DigestsOf(data.Transitions);
        Assert.Equal(expected, Folder.DigestsOf(_folder["out", "a", "episodes", "x"]));
        Assert.Equal(expected, Folder.DigestsOf(_folder["out", "b", "episodes", "y"]));
    }

    [Fact]
    public async Task A_bad_dataset_does_not_keep_back_the_others()
    {
        string missing = _folder["missing"];
        string[] convert = ["convert", missing, data.Episodes, "--image-size", "60", "--part-rows", "40", "--out", _folder["out"]];
        Outcome outcome = await Vlmq.RunAsync(convert);
        Assert.Equal(3, outcome.ExitCode);
        Assert.Contains($"{missing}: there is no such folder", outcome.Error, StringComparison.Ordinal);
        Assert.EndsWith("vlmq: 1 of 2 datasets were not converted; the lines above say why\n", outcome.Error, StringComparison.Ordinal);
        string made = Assert.Single(Directory.GetFiles(_folder["out"], "manifest.json", SearchOption.AllDirectories));
        Assert.Equal(Folder.DigestsOf(data.Transitions), Folder.DigestsOf(Path.GetDirectoryName(made)!));
    }

    [Fact]
    public async Task Several_datasets_are_not_made_inside_of_one()
    {
        Folder.Copy(data.Episodes, _folder["a"]);
        SortedDictionary<string, string> before = Folder.DigestsOf(_folder["a"]);
        string[] said = [_folder["a"], "the folder is a dataset itself"];
        (await Vlmq.RunAsync("convert", _folder["a"], data.Episodes, "--out", _folder["a"])).Refused(2, said);
        (await Vlmq.RunAsync("convert", _folder["*"], "--out", _folder["a"])).Refused(2, said);
        (await Vlmq.RunAsync("dataset", "split", data.Episodes, "--out", _folder["a"])).Refused(2, said);
        Assert.Equal(before, Folder.DigestsOf(_folder["a"]));
    }

    [Fact]
    public async Task A_dry_run_says_what_would_be_done_and_writes_nothing()
    {
        string output = _folder["out"];
        string[] convert = SmallData.Convert(data.Episodes, output);
        Outcome dry = (await Vlmq.RunAsync([.. convert, "--dry-run"])).Done();
        Assert.EndsWith("all", dry.Output.TrimEnd(), StringComparison.Ordinal);
        Assert.False(Directory.Exists(output));

        (await Vlmq.RunAsync(convert)).Done();
        Assert.Contains("nothing: it is there", (await Vlmq.RunAsync([.. convert, "--dry-run"])).Done().Output, StringComparison.Ordinal);
        (await Vlmq.RunAsync([.. convert, "--resume", "false"])).Refused(2, output, "holds a dataset already");
        (await Vlmq.RunAsync([.. convert, "--reply-limit", "9", "--dry-run"])).Refused(2, output, "made with another config");
    }

    [Fact]
    public async Task A_pattern_that_matches_nothing_is_named()
    {
        string pattern = _folder["*", "episodes"];
        (await Vlmq.RunAsync(SmallData.Convert(pattern, _folder["out"]))).Refused(2, pattern, "no dataset matches");
    }

    [Fact]
    public async Task A_conversion_that_is_killed_again_and_again_ends_with_the_same_bytes()
    {
        string episodes = _folder["episodes"];
        (await Vlmq.RunAsync("collect", "numberline", "--policy", "noisy", "--turns", "3000", "--out", episodes)).Done();
        string[] convert = ["convert", episodes, "--image-size", "60", "--part-rows", "200", "--out"];
        (await Vlmq.RunAsync([.. convert, _folder["whole"]])).Done();

        string second = _folder["killed", "part-00001.parquet"];
        Assert.True(await Vlmq.KillAsync(() => File.Exists(second), [.. convert, _folder["killed"]]), "it ended before it was killed");
        // The moments are random, as accidents are: what a killed process leaves must do wherever it was.
        Random moments = new();
        for (int attempt = 0; attempt < 10; attempt++)
        {
            long end = Environment.TickCount64 + moments.Next(150, 600);
            await Vlmq.KillAsync(() => Environment.TickCount64 >= end, [.. convert, _folder["killed"]]);
        }
        (await Vlmq.RunAsync([.. convert, _folder["killed"]])).Done();
        Assert.Equal(Folder.DigestsOf(_folder["whole"]), Folder.DigestsOf(_folder["killed"]));
    }
}
