using System.Text.Json;

namespace VlmQ.Cli.Tests.EndToEnd;

public sealed class DatasetTests(SmallData data) : IClassFixture<SmallData>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Inspect_is_the_same_command_with_and_without_its_group() =>
        Assert.Equal(
            (await Vlmq.RunAsync("inspect", data.Episodes)).Done().Output,
            (await Vlmq.RunAsync("dataset", "inspect", data.Episodes)).Done().Output
        );

    [Fact]
    public async Task Card_prints_the_card() =>
        Assert.Equal(
            (await File.ReadAllTextAsync(Path.Combine(data.Transitions, "README.md"), TestContext.Current.CancellationToken)).TrimEnd(),
            (await Vlmq.RunAsync("dataset", "card", data.Transitions)).Done().Output.TrimEnd()
        );

    [Fact]
    public async Task Verify_passes_a_sound_dataset_and_ends_with_3_naming_a_damaged_part()
    {
        (await Vlmq.RunAsync("dataset", "verify", data.Episodes)).Done();
        (await Vlmq.RunAsync("dataset", "verify", data.Transitions)).Done();
        Folder.Copy(data.Transitions, _folder["damaged"]);
        string part = _folder["damaged", "part-00001.parquet"];
        byte[] bytes = await File.ReadAllBytesAsync(part, TestContext.Current.CancellationToken);
        bytes[bytes.Length / 2] ^= 8;
        await File.WriteAllBytesAsync(part, bytes, TestContext.Current.CancellationToken);

        Outcome text = await Vlmq.RunAsync("dataset", "verify", _folder["damaged"]);
        Outcome json = await Vlmq.RunAsync("dataset", "verify", _folder["damaged"], "--json");

        Assert.Equal((3, 3), (text.ExitCode, json.ExitCode));
        Assert.StartsWith("part-00001.parquet: the part is damaged", text.Output, StringComparison.Ordinal);
        using JsonDocument document = JsonDocument.Parse(json.Output);
        Assert.False(document.RootElement.GetProperty("sound").GetBoolean());
        Assert.Equal("part-00001.parquet", document.RootElement.GetProperty("breaches")[0].GetProperty("file").GetString());
    }

    [Fact]
    public async Task A_dataset_that_is_split_and_merged_holds_the_same_episodes()
    {
        (await Vlmq.RunAsync("dataset", "split", data.Episodes, "--shares", "a=0.5,b=0.5", "--out", _folder["split"])).Done();
        string[] merge = ["dataset", "merge", _folder["split", "b"], _folder["split", "a"], "--out", _folder["merged"]];
        Outcome merged = (await Vlmq.RunAsync([.. merge, "--json"])).Done();
        (await Vlmq.RunAsync("dataset", "verify", _folder["merged"])).Done();

        using JsonDocument made = JsonDocument.Parse(merged.Output);
        using JsonDocument all = JsonDocument.Parse((await Vlmq.RunAsync("inspect", data.Episodes, "--json")).Done().Output);
        Assert.Equal(
            all.RootElement.GetProperty("turns").GetInt64(),
            made.RootElement.GetProperty("datasets")[0].GetProperty("turns").GetInt64()
        );
    }

    [Fact]
    public async Task Filter_and_sample_write_datasets_and_a_wrong_filter_names_its_position()
    {
        (await Vlmq.RunAsync("dataset", "filter", data.Transitions, "length <= 4", "--out", _folder["short"])).Done();
        (await Vlmq.RunAsync("dataset", "sample", data.Transitions, "--episodes", "2", "--out", _folder["two"])).Done();
        (await Vlmq.RunAsync("dataset", "verify", _folder["short"])).Done();
        (await Vlmq.RunAsync("dataset", "verify", _folder["two"])).Done();

        (await Vlmq.RunAsync("dataset", "filter", data.Episodes, "success and retrun > 0", "--out", _folder["x"])).Refused(
            ExitCode.Configuration,
            "filter, character 13: episodes have no column 'retrun'; columns are env, "
        );
        Assert.False(Directory.Exists(_folder["x"]));
    }

    [Fact]
    public async Task A_repaired_dataset_is_sound_and_diff_names_what_it_lost()
    {
        Folder.Copy(data.Episodes, _folder["damaged"]);
        File.Delete(_folder["damaged", "part-00001.parquet"]);

        Outcome repaired = (await Vlmq.RunAsync("dataset", "repair", _folder["damaged"], "--out", _folder["repaired"])).Done();
        Outcome diff = (await Vlmq.RunAsync("dataset", "diff", data.Episodes, _folder["repaired"], "--json")).Done();

        Assert.StartsWith("lost: part-00001.parquet, rows 0 to ", repaired.Output, StringComparison.Ordinal);
        (await Vlmq.RunAsync("dataset", "verify", _folder["repaired"])).Done();
        using JsonDocument difference = JsonDocument.Parse(diff.Output);
        Assert.True(difference.RootElement.GetProperty("only_left").GetInt64() > 0);
        Assert.Equal(0, difference.RootElement.GetProperty("changed").GetInt64());
        Assert.False(difference.RootElement.GetProperty("equal").GetBoolean());
    }

    [Fact]
    public async Task Datasets_of_equal_ids_are_merged_in_the_same_folder_once_they_are_renamed()
    {
        string[] merge = ["dataset", "merge", data.Episodes, data.Episodes, "--out", _folder["merged"]];
        (await Vlmq.RunAsync(merge)).Refused(3, "comes twice", "--rename");
        (await Vlmq.RunAsync([.. merge, "--rename"])).Done();
    }

    [Fact]
    public async Task A_part_whose_end_is_cut_off_is_repaired_as_far_as_its_row_groups_are_whole()
    {
        string[] collect = ["collect", "numberline", "--policy", "random", "--turns", "1500", "--out", _folder["damaged"]];
        (await Vlmq.RunAsync(collect)).Done();
        using (FileStream part = File.Open(_folder["damaged", "part-00000.parquet"], FileMode.Open))
        {
            part.SetLength(part.Length * 2 / 3);
        }

        Outcome repaired = (await Vlmq.RunAsync("dataset", "repair", _folder["damaged"], "--out", _folder["repaired"], "--json")).Done();

        (await Vlmq.RunAsync("dataset", "verify", _folder["repaired"])).Done();
        using JsonDocument document = JsonDocument.Parse(repaired.Output);
        JsonElement report = document.RootElement;
        JsonElement loss = Assert.Single(report.GetProperty("losses").EnumerateArray().ToArray());
        Assert.True(report.GetProperty("episodes").GetInt64() > 0);
        Assert.True(report.GetProperty("episodes_lost").GetInt64() > 0);
        Assert.True(report.GetProperty("turns_lost").GetInt64() > 0);
        Assert.Equal(loss.GetProperty("rows").GetInt64(), report.GetProperty("rows_lost").GetInt64());
        Assert.Equal(loss.GetProperty("bytes").GetInt64(), report.GetProperty("bytes_lost").GetInt64());
    }

    [Fact]
    public async Task Diff_ends_with_3_for_a_difference_only_if_it_is_asked_to()
    {
        (await Vlmq.RunAsync("dataset", "sample", data.Episodes, "--episodes", "2", "--out", _folder["two"])).Done();

        Outcome plain = await Vlmq.RunAsync("dataset", "diff", data.Episodes, _folder["two"]);
        Outcome asked = await Vlmq.RunAsync("dataset", "diff", data.Episodes, _folder["two"], "--exit-code");
        Outcome equal = await Vlmq.RunAsync("dataset", "diff", _folder["two"], _folder["two"], "--exit-code");

        Assert.Equal((0, 3, 0), (plain.ExitCode, asked.ExitCode, equal.ExitCode));
        Assert.Equal(plain.Output, asked.Output);
    }

    [Fact]
    public async Task Inspect_draws_pictures_in_a_terminal_and_nowhere_else()
    {
        // script(1) of util-linux gives the command a terminal.
        string command = $"env -u NO_COLOR TERM=xterm '{Vlmq.Path}' inspect '{data.Episodes}' --rows 1";
        Outcome drawn = await Vlmq.RunProgramAsync("script", "-qec", command, "/dev/null");
        Outcome piped = (await Vlmq.RunAsync("inspect", data.Episodes, "--rows", "1")).Done();

        Assert.Contains("▀", drawn.Done().Output, StringComparison.Ordinal);
        Assert.DoesNotContain("▀", piped.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', piped.Output);
    }

    [Fact]
    public async Task Stats_lists_numbers_and_actions()
    {
        Outcome text = (await Vlmq.RunAsync("dataset", "stats", data.Episodes)).Done();
        Outcome json = (await Vlmq.RunAsync("dataset", "stats", data.Transitions, "--json")).Done();

        Assert.Contains("(did not parse)", text.Output, StringComparison.Ordinal);
        using JsonDocument document = JsonDocument.Parse(json.Output);
        Assert.Equal("turns of an episode", document.RootElement.GetProperty("numbers")[0].GetProperty("name").GetString());
    }

    [Fact]
    public async Task An_exported_dataset_is_imported_byte_for_byte()
    {
        (await Vlmq.RunAsync("dataset", "export", data.Episodes, "--out", _folder["export"])).Done();
        (await Vlmq.RunAsync("dataset", "import", _folder["export"], "--part-rows", "40", "--out", _folder["back"])).Done();

        SortedDictionary<string, string> before = Folder.DigestsOf(data.Episodes);
        SortedDictionary<string, string> after = Folder.DigestsOf(_folder["back"]);
        Assert.Equal(before, after);
    }
}
