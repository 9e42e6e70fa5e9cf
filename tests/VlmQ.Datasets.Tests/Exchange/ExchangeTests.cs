using VlmQ.Core.Episodes;
using VlmQ.Core.Tokens;
using VlmQ.Datasets.Exchange;
using VlmQ.Datasets.Manifest;
using VlmQ.Datasets.Repair;
using VlmQ.Datasets.Selection;
using VlmQ.Datasets.Tests.Episodes;
using VlmQ.Datasets.Tests.Support;
using VlmQ.Datasets.Transitions;

namespace VlmQ.Datasets.Tests.Exchange;

public sealed class ExchangeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Episodes_come_back_byte_for_byte()
    {
        await WriteEpisodesAsync();
        Assert.Equal(await RoundTripAsync(), Manifest("data").ContentDigest());
    }

    [Fact]
    public async Task Transitions_come_back_byte_for_byte_infinite_log_probabilities_too()
    {
        TransitionEpisode sample = Samples.Transitions(0, 1, false);
        Transition infinite = new("x", 0, [1], [2, 3], [0, 0.1f], true, true, false, 0.1f, [float.NegativeInfinity, -1e-30f]);
        TransitionEpisode odd = new([sample.Rows[0] with { Transition = infinite }]);
        await TransitionFolders.WriteAsync(_folder["data"], [.. TransitionFolders.Episodes(12), odd]);

        Assert.Equal(await RoundTripAsync(), Manifest("data").ContentDigest());
    }

    [Fact]
    public async Task Title_and_rejects_come_back_too()
    {
        await WriteEpisodesAsync();
        File.Delete(_folder["data/part-00002.parquet"]);
        (await DatasetRepair.RunAsync(_folder["data"], _folder["repaired"], Samples.SmallParts)).OrThrow();
        (await DatasetExport.ExportAsync(_folder["repaired"], _folder["export"])).OrThrow();
        (await DatasetImport.ImportAsync(_folder["export"], _folder["back"], Samples.SmallParts)).OrThrow();

        Assert.True(Manifest("repaired").Rejects > 0);
        Same.Folders(_folder["repaired"], _folder["back"]);
        Assert.False(File.Exists(_folder["export/README.md"]));
    }

    [Theory]
    [InlineData("rejects.jsonl", "{\"episode\":1}\n", "line 1: ")]
    [InlineData("rejects.jsonl", "", "it holds 0 lines, dataset.json says ")]
    public async Task Rejects_that_are_not_those_of_the_dataset_are_a_fault(string name, string text, string said)
    {
        await WriteEpisodesAsync();
        File.Delete(_folder["data/part-00002.parquet"]);
        (await DatasetRepair.RunAsync(_folder["data"], _folder["repaired"], Samples.SmallParts)).OrThrow();
        (await DatasetExport.ExportAsync(_folder["repaired"], _folder["export"])).OrThrow();
        await File.WriteAllTextAsync(_folder["export/" + name], text);

        Fault fault = TransitionFolders.FaultOf(await DatasetImport.ImportAsync(_folder["export"], _folder["back"], Samples.SmallParts));

        Assert.Equal(FaultKind.Data, fault.Kind);
        Assert.StartsWith(said, fault.What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_import_that_was_stopped_goes_on_to_the_same_bytes()
    {
        await WriteEpisodesAsync();
        await RoundTripAsync();
        using CancellationTokenSource source = new();
        Stop stop = new(source);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            DatasetImport.ImportAsync(_folder["export"], _folder["cut"], Samples.SmallParts, stop, source.Token)
        );
        (await DatasetImport.ImportAsync(_folder["export"], _folder["cut"], Samples.SmallParts)).OrThrow();

        Same.Folders(_folder["back"], _folder["cut"]);
    }

    [Theory]
    [InlineData("\"turn\":0", "\"turn\":3", "turn 3 of 'episode-00000' does not follow")]
    [InlineData("\"reward\":0", "\"reward\":\"x\"", "reward must be a number; it is \"x\"")]
    [InlineData("\"reward\":0", "\"reward\":1e300", "A reward must be finite; it is Infinity")]
    [InlineData("\"reward\":0", "\"rewart\":0", "reward is missing")]
    [InlineData("\"action\":\"\\u002B\"", "\"action\":7", "action must be a text; it is 7")]
    [InlineData("\"terminated\":true", "\"terminated\":null", "terminated must be true or false; it is null")]
    [InlineData("\"seed\":0", "\"seed\":99999999999999999999", "seed must be a whole number of 64 bits; it is 99999999999999999999")]
    [InlineData("\"episode_id\":\"episode-00000\"", "\"episode_id\":null", "episode_id is null")]
    [InlineData("\"image\":\"images/", "\"image\":\"/etc/", "is no path of an exported picture")]
    [InlineData("\"image\":\"images/", "\"image\":\"images/../images/", "is no path of an exported picture")]
    [InlineData("{\"episode_id\"", "{{\"episode_id\"", "invalid")]
    public async Task A_wrong_row_is_a_fault(string old, string changed, string said)
    {
        await WriteEpisodesAsync();
        (await DatasetExport.ExportAsync(_folder["data"], _folder["export"])).OrThrow();
        string rows = await File.ReadAllTextAsync(_folder["export/rows.jsonl"]);
        int at = rows.IndexOf(old, StringComparison.Ordinal);
        await File.WriteAllTextAsync(_folder["export/rows.jsonl"], rows[..at] + changed + rows[(at + old.Length)..]);

        Fault fault = TransitionFolders.FaultOf(await DatasetImport.ImportAsync(_folder["export"], _folder["back"], Samples.SmallParts));

        Assert.Equal(FaultKind.Data, fault.Kind);
        Assert.Contains(said, fault.What, StringComparison.Ordinal);
        Assert.DoesNotContain("(Parameter", fault.What, StringComparison.Ordinal);
        int line = rows[..at].Count(letter => letter == '\n') + 1;
        Assert.True(
            said.Contains("picture", StringComparison.Ordinal) || fault.Where.EndsWith($"rows.jsonl, line {line}", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task An_export_that_is_not_there_is_named()
    {
        Fault nowhere = TransitionFolders.FaultOf(await DatasetImport.ImportAsync(_folder["a"], _folder["back"], Samples.SmallParts));
        Directory.CreateDirectory(_folder["a"]);
        Fault empty = TransitionFolders.FaultOf(await DatasetImport.ImportAsync(_folder["a"], _folder["back"], Samples.SmallParts));

        Assert.Equal((_folder["a"], "there is no such folder"), (nowhere.Where, nowhere.What));
        Assert.Equal((_folder["a"], "there is no dataset.json, so this is no whole export"), (empty.Where, empty.What));
    }

    [Theory]
    [InlineData("rows.jsonl", "the export's rows.jsonl is missing")]
    [InlineData("*.png", "the picture is missing")]
    public async Task An_export_that_lacks_a_file_is_a_fault_of_the_data(string lost, string said)
    {
        await WriteEpisodesAsync();
        (await DatasetExport.ExportAsync(_folder["data"], _folder["export"])).OrThrow();
        File.Delete(Directory.GetFiles(_folder["export"], lost, SearchOption.AllDirectories)[0]);

        Fault fault = TransitionFolders.FaultOf(await DatasetImport.ImportAsync(_folder["export"], _folder["back"], Samples.SmallParts));

        Assert.Equal((FaultKind.Data, said), (fault.Kind, fault.What));
    }

    [Fact]
    public async Task An_altered_picture_and_a_lost_row_are_faults()
    {
        await WriteEpisodesAsync();
        (await DatasetExport.ExportAsync(_folder["data"], _folder["export"])).OrThrow();
        string[] rows = await File.ReadAllLinesAsync(_folder["export/rows.jsonl"]);
        string picture = Directory.GetFiles(_folder["export/images"], "*", SearchOption.AllDirectories)[0];
        byte[] bytes = await File.ReadAllBytesAsync(picture);
        await File.WriteAllBytesAsync(picture, [.. bytes, 0]);
        Fault altered = TransitionFolders.FaultOf(await DatasetImport.ImportAsync(_folder["export"], _folder["a"], Samples.SmallParts));
        await File.WriteAllBytesAsync(picture, bytes);
        await File.WriteAllLinesAsync(_folder["export/rows.jsonl"], rows[..^5]);
        Fault lost = TransitionFolders.FaultOf(await DatasetImport.ImportAsync(_folder["export"], _folder["b"], Samples.SmallParts));

        Assert.Equal("the picture is not the one that its name says", altered.What);
        Assert.Equal(FaultKind.Data, lost.Kind);
        Assert.False(Manifest("b").Complete);
    }

    [Theory]
    [InlineData("data", "other files (README.md) and no export")]
    [InlineData("mine", "other files (rows.jsonl) and no export")]
    [InlineData("folders", "other files (images) and no export")]
    [InlineData("export", "another export")]
    [InlineData("begun", "another export that has not come to its end")]
    public async Task An_export_into_a_folder_with_other_files_is_refused_and_changes_nothing(string target, string said)
    {
        await WriteEpisodesAsync();
        await TransitionFolders.WriteAsync(_folder["other"], TransitionFolders.Episodes(3));
        (await DatasetExport.ExportAsync(_folder["other"], _folder["export"])).OrThrow();
        Directory.CreateDirectory(_folder["mine"]);
        await File.WriteAllTextAsync(_folder["mine/rows.jsonl"], "mine");
        Directory.CreateDirectory(_folder["folders/images"]);
        Directory.CreateDirectory(_folder["begun"]);
        File.Copy(_folder["export/dataset.json"], _folder["begun/dataset.json.tmp"]);
        await File.WriteAllTextAsync(_folder["begun/rows.jsonl.tmp"], "theirs");
        Dictionary<string, string> before = Digests(target);

        Fault fault = TransitionFolders.FaultOf(await DatasetExport.ExportAsync(_folder["data"], _folder[target]));

        Assert.Equal((FaultKind.Configuration, _folder[target]), (fault.Kind, fault.Where));
        Assert.Equal("the folder holds " + said, fault.What);
        Assert.Equal(before, Digests(target));
    }

    [Fact]
    public async Task An_export_that_was_stopped_is_done_in_the_same_folder()
    {
        await WriteEpisodesAsync();
        using CancellationTokenSource source = new();
        Stop stop = new(source);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            DatasetExport.ExportAsync(_folder["data"], _folder["cut"], stop, source.Token)
        );
        Assert.NotEmpty(Directory.GetFiles(_folder["cut"]));
        (await DatasetExport.ExportAsync(_folder["data"], _folder["cut"])).OrThrow();
        (await DatasetExport.ExportAsync(_folder["data"], _folder["whole"])).OrThrow();

        Assert.Equal(Digests("whole"), Digests("cut"));
    }

    private Dictionary<string, string> Digests(string folder) =>
        Directory
            .GetFiles(_folder[folder], "*", SearchOption.AllDirectories)
            .ToDictionary(file => Path.GetRelativePath(_folder[folder], file), file => Datasets.Storage.Digest.Of(File.ReadAllBytes(file)));

    private Task WriteEpisodesAsync() =>
        EpisodeDatasetTests.WriteAsync(
            _folder["data"],
            Enumerable.Range(0, 30).Select(i => Samples.Episode(i, 1 + (i % 5), i % 4 == 0, sampled: i % 3 == 0))
        );

    private async Task<string> RoundTripAsync()
    {
        (await DatasetExport.ExportAsync(_folder["data"], _folder["export"])).OrThrow();
        (await DatasetExport.ExportAsync(_folder["data"], _folder["export"])).OrThrow();
        RemadeDataset back = (await DatasetImport.ImportAsync(_folder["export"], _folder["back"], Samples.SmallParts)).OrThrow();
        Assert.Equal(Manifest("data").Digests, back.Manifest.Digests);
        return back.Manifest.ContentDigest();
    }

    private DatasetManifest Manifest(string name) =>
        ManifestFile.Find(new Datasets.Storage.DiskFiles(_folder[name], create: false)).OrThrow();

    /// <summary>Stops the work in its middle.</summary>
    private sealed class Stop(CancellationTokenSource source) : IProgress<long>
    {
        public void Report(long value)
        {
            if (value == 17)
            {
                source.Cancel();
            }
        }
    }
}
