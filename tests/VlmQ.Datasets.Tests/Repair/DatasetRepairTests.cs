using VlmQ.Core.Episodes;
using VlmQ.Datasets.Manifest;
using VlmQ.Datasets.Repair;
using VlmQ.Datasets.Storage;
using VlmQ.Datasets.Tests.Episodes;
using VlmQ.Datasets.Tests.Support;
using VlmQ.Datasets.Verification;

namespace VlmQ.Datasets.Tests.Repair;

public sealed class DatasetRepairTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Whole_row_groups_of_a_damaged_part_are_kept_and_the_lost_one_is_named()
    {
        Episode[] episodes = await WriteAsync();
        DatasetManifest before = Manifest("damaged");
        string part = _folder["damaged/part-00001.parquet"];
        byte[] bytes = await File.ReadAllBytesAsync(part);
        // In the first row group's pages, behind the file's four magic bytes.
        bytes.AsSpan(4, 64).Fill(0xFF);
        await File.WriteAllBytesAsync(part, bytes);

        RepairReport report = (await RepairAsync("repaired")).OrThrow();

        Loss loss = Assert.Single(report.Losses);
        Assert.Equal(("part-00001.parquet", 0L), (loss.File, loss.FirstRow));
        Assert.InRange(loss.Rows, 1, before.Parts[1].Rows - 1);
        Assert.Equal(before.Rows - loss.Rows, report.Manifest.Rows);
        Assert.True((await DatasetVerifier.VerifyAsync(_folder["repaired"])).OrThrow().Sound);
        Dictionary<string, Episode> byId = episodes.ToDictionary(episode => episode.Id);
        Assert.All(await EpisodeDatasetTests.ReadAsync(_folder["repaired"]), kept => Same.Episodes(byId[kept.Id], kept));
        Assert.Contains(
            "part-00001.parquet, rows 0 to",
            await File.ReadAllTextAsync(_folder["repaired/rejects.jsonl"]),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_missing_part_is_lost_as_a_whole()
    {
        await WriteAsync();
        DatasetManifest before = Manifest("damaged");
        File.Delete(_folder["damaged/part-00000.parquet"]);

        RepairReport report = (await RepairAsync("repaired")).OrThrow();
        RepairReport again = (await RepairAsync("repaired")).OrThrow();

        Assert.Equal(report.Losses, again.Losses);
        Loss loss = Assert.Single(report.Losses);
        Assert.Equal((before.Parts[0].Rows, before.Parts[0].Bytes), (loss.Rows, loss.Bytes));
        Assert.Equal(before.Rows - loss.Rows, report.Manifest.Rows);
    }

    [Fact]
    public async Task A_part_that_is_cut_short_keeps_its_whole_row_groups()
    {
        Episode[] episodes = await WriteAsync();
        DatasetManifest before = Manifest("damaged");
        byte[] bytes = await File.ReadAllBytesAsync(_folder["damaged/part-00002.parquet"]);
        await File.WriteAllBytesAsync(_folder["damaged/part-00002.parquet"], bytes[..(bytes.Length / 2)]);

        RepairReport report = (await RepairAsync("repaired")).OrThrow();

        Loss loss = Assert.Single(report.Losses);
        Assert.Equal("part-00002.parquet", loss.File);
        Assert.InRange(loss.FirstRow, 1, before.Parts[2].Rows - 1);
        Assert.Equal(before.Parts[2].Rows, loss.FirstRow + loss.Rows);
        Assert.InRange(loss.Bytes, bytes.Length / 2, bytes.Length - 5);
        Assert.Contains("the file ends in the middle of a page", loss.What, StringComparison.Ordinal);
        Assert.Equal(before.Rows - loss.Rows, report.Manifest.Rows);
        Assert.True((await DatasetVerifier.VerifyAsync(_folder["repaired"])).OrThrow().Sound);
        Dictionary<string, Episode> byId = episodes.ToDictionary(episode => episode.Id);
        Assert.All(await EpisodeDatasetTests.ReadAsync(_folder["repaired"]), kept => Same.Episodes(byId[kept.Id], kept));
    }

    [Fact]
    public async Task A_part_that_lost_its_footer_alone_loses_nothing()
    {
        await WriteAsync();
        foreach (string part in Directory.GetFiles(_folder["damaged"], "*.parquet"))
        {
            byte[] bytes = await File.ReadAllBytesAsync(part);
            await File.WriteAllBytesAsync(part, bytes[..^9]);
        }

        RepairReport report = (await RepairAsync("repaired")).OrThrow();

        Assert.Empty(report.Losses);
        Assert.Equal((report.Before.Rows, report.Before.Episodes), (report.Manifest.Rows, report.Manifest.Episodes));
        Assert.True((await DatasetVerifier.VerifyAsync(_folder["repaired"])).OrThrow().Sound);
    }

    [Fact]
    public async Task A_sound_dataset_loses_nothing_and_a_second_run_changes_nothing()
    {
        await WriteAsync();
        RepairReport report = (await RepairAsync("repaired")).OrThrow();
        string digest = Digest.Of(await File.ReadAllBytesAsync(_folder["repaired/manifest.json"]));
        (await RepairAsync("repaired")).OrThrow();

        Assert.Empty(report.Losses);
        Assert.Equal(report.Before.Rows, report.Manifest.Rows);
        Assert.Equal(digest, Digest.Of(await File.ReadAllBytesAsync(_folder["repaired/manifest.json"])));
    }

    private async Task<Episode[]> WriteAsync()
    {
        Episode[] episodes = [.. Enumerable.Range(0, 30).Select(i => Samples.Episode(i, 1 + (i % 5), i % 4 == 0))];
        await EpisodeDatasetTests.WriteAsync(_folder["damaged"], episodes);
        return episodes;
    }

    private DatasetManifest Manifest(string name) => ManifestFile.Find(new DiskFiles(_folder[name], create: false)).OrThrow();

    private Task<Result<RepairReport>> RepairAsync(string target) =>
        DatasetRepair.RunAsync(_folder["damaged"], _folder[target], Samples.SmallParts);
}
