using System.Text;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Manifest;
using VlmQ.Datasets.Reading;
using VlmQ.Datasets.Storage;
using VlmQ.Datasets.Tests.Support;
using VlmQ.Datasets.Transitions;

namespace VlmQ.Datasets.Tests.Manifest;

public sealed class TamperingTests
{
    private const string Part = "part-00001.parquet";

    [Fact]
    public async Task A_truncated_part_is_named()
    {
        using TemporaryFolder folder = await DatasetAsync();
        using (FileStream stream = new(folder[Part], FileMode.Open))
        {
            stream.SetLength(stream.Length - 7);
        }

        Fault fault = TransitionFolders.FaultOf(TransitionDataset.OpenReader(folder.Path));

        Assert.Equal((FaultKind.Data, folder[Part]), (fault.Kind, fault.Where));
        Assert.Contains("truncated", fault.What, StringComparison.Ordinal);
        Assert.Contains("`vlmq dataset repair`", fault.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_part_is_named()
    {
        using TemporaryFolder folder = await DatasetAsync();
        File.Delete(folder[Part]);

        Fault fault = TransitionFolders.FaultOf(TransitionDataset.OpenReader(folder.Path));

        Assert.Equal((FaultKind.Data, folder[Part]), (fault.Kind, fault.Where));
        Assert.Contains("missing", fault.What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Parts_without_their_manifest_are_told_from_a_folder_that_is_no_dataset()
    {
        using TemporaryFolder folder = await DatasetAsync();
        File.Delete(folder["manifest.json"]);
        Fault lost = TransitionFolders.FaultOf(TransitionDataset.OpenReader(folder.Path));
        using TemporaryFolder empty = new();
        Fault none = TransitionFolders.FaultOf(TransitionDataset.OpenReader(empty.Path));

        Assert.Equal((folder.Path, "there are parts, but no manifest.json that says what they are"), (lost.Where, lost.What));
        Assert.Equal((empty.Path, "there is no manifest.json, so this is no dataset"), (none.Where, none.What));
    }

    [Fact]
    public async Task A_part_with_one_changed_byte_is_named_before_its_first_row_is_used()
    {
        using TemporaryFolder folder = await DatasetAsync();
        Flip(folder[Part], 200);
        DatasetReader<TransitionEpisode> reader = TransitionDataset.OpenReader(folder.Path).OrThrow();
        List<string> ids = [];

        FaultException exception = await Assert.ThrowsAsync<FaultException>(async () =>
        {
            await foreach (TransitionEpisode episode in reader.ReadAsync())
            {
                ids.Add(episode.Id);
            }
        });

        Assert.Equal((FaultKind.Data, folder[Part]), (exception.Fault.Kind, exception.Fault.Where));
        Assert.Contains("SHA-256", exception.Fault.What, StringComparison.Ordinal);
        Assert.Equal(reader.Manifest.Parts[0].Episodes, ids.Count);
        Assert.Equal(exception.Fault, ManifestFile.Verify(new DiskFiles(folder.Path, false), reader.Manifest));
    }

    [Fact]
    public async Task Unverified_damage_at_any_place_is_a_fault_or_harmless_but_never_another_exception()
    {
        using TemporaryFolder folder = await DatasetAsync();
        byte[] original = await File.ReadAllBytesAsync(folder[Part]);
        for (int place = 4; place < original.Length; place += 29)
        {
            byte[] damaged = [.. original];
            damaged[place] ^= 0xA5;
            await File.WriteAllBytesAsync(folder[Part], damaged);
            DatasetReader<TransitionEpisode> reader = TransitionDataset
                .OpenReader(folder.Path, new DatasetReaderOptions { Verify = false })
                .OrThrow();
            try
            {
                await foreach (ReadEpisode<TransitionEpisode> episode in reader.ReadResultsAsync())
                {
                    Assert.NotNull(episode.Episode);
                }
            }
            catch (FaultException exception)
            {
                Assert.Equal(folder[Part], exception.Fault.Where);
            }
        }
    }

    [Theory]
    [InlineData("../part-00001.parquet")]
    [InlineData("/etc/passwd")]
    [InlineData("part-00001.parquet/../../x")]
    [InlineData("part-0001.parquet")]
    [InlineData("part-00001.parquet\\u0000")]
    [InlineData("part-٠٠٠٠١.parquet")]
    [InlineData("manifest.json")]
    [InlineData("part-00002.parquet")]
    public async Task A_manifest_that_names_anything_but_its_own_parts_is_refused(string name)
    {
        using TemporaryFolder folder = await DatasetAsync();
        string text = await File.ReadAllTextAsync(folder["manifest.json"]);
        await File.WriteAllTextAsync(folder["manifest.json"], text.Replace(Part, name, StringComparison.Ordinal));

        Fault fault = TransitionFolders.FaultOf(TransitionDataset.OpenReader(folder.Path));

        Assert.Equal((FaultKind.Data, folder["manifest.json"]), (fault.Kind, fault.Where));
    }

    [Fact]
    public async Task A_part_that_is_a_link_is_refused()
    {
        using TemporaryFolder folder = await DatasetAsync();
        using TemporaryFolder elsewhere = new();
        File.Move(folder[Part], elsewhere["moved"]);
        File.CreateSymbolicLink(folder[Part], elsewhere["moved"]);
        IDatasetFiles files = new DiskFiles(folder.Path, false);
        DatasetManifest manifest = ManifestFile.Read(files).OrThrow();

        Assert.Equal(folder[Part], ManifestFile.Verify(files, manifest)!.Where);
    }

    [Fact]
    public async Task A_manifest_cut_at_any_byte_is_a_fault()
    {
        using TemporaryFolder folder = await DatasetAsync();
        byte[] bytes = await File.ReadAllBytesAsync(folder["manifest.json"]);
        for (int length = 0; length < bytes.Length - 2; length += 3)
        {
            Assert.IsType<Result<DatasetManifest>.Failed>(ManifestJson.Read(bytes.AsMemory(0, length), "m"));
        }
        Assert.Equal(bytes, ManifestJson.Write(ManifestJson.Read(bytes, "m").OrThrow()));
    }

    [Theory]
    [InlineData("\"rows\": 1", "\"rows\": 2")]
    [InlineData("\"version\": 1", "\"version\": 2")]
    [InlineData("\"kind\": \"transitions\"", "\"kind\": \"episodes\"")]
    [InlineData("\"kind\": \"transitions\"", "\"kind\": \"\"")]
    [InlineData("\"consumed\": ", "\"consumed\": -")]
    [InlineData("\"sha256\": \"", "\"sha256\": \"x")]
    [InlineData("\"parts\": [", "\"parts\": [null,")]
    [InlineData("\"digests\": {", "\"digests\": {\"a\": null,")]
    public async Task A_manifest_that_does_not_add_up_is_a_fault(string old, string now)
    {
        using TemporaryFolder folder = await DatasetAsync();
        string text = await File.ReadAllTextAsync(folder["manifest.json"]);
        Assert.Contains(old, text, StringComparison.Ordinal);

        Result<DatasetManifest> read = ManifestJson.Read(Encoding.UTF8.GetBytes(text.Replace(old, now, StringComparison.Ordinal)), "m");

        Assert.Equal("m", TransitionFolders.FaultOf(read).Where);
    }

    private static async Task<TemporaryFolder> DatasetAsync()
    {
        TemporaryFolder folder = new();
        await TransitionFolders.WriteAsync(folder.Path, TransitionFolders.Episodes(12));
        return folder;
    }

    private static void Flip(string path, int place)
    {
        using FileStream stream = new(path, FileMode.Open);
        stream.Position = place;
        int value = stream.ReadByte();
        stream.Position = place;
        stream.WriteByte((byte)(value ^ 1));
    }
}
