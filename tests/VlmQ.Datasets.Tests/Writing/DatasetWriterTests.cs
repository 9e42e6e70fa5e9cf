using VlmQ.Core.Episodes;
using VlmQ.Datasets.Manifest;
using VlmQ.Datasets.Storage;
using VlmQ.Datasets.Tests.Support;
using VlmQ.Datasets.Transitions;
using VlmQ.Datasets.Writing;

namespace VlmQ.Datasets.Tests.Writing;

public sealed class DatasetWriterTests
{
    private const int Count = 24;

    [Fact]
    public async Task An_interruption_after_any_episode_changes_no_byte_of_the_result()
    {
        using TemporaryFolder whole = new();
        await WriteAsync(whole.Path);
        for (int stop = 0; stop <= Count; stop++)
        {
            using TemporaryFolder folder = new();
            await WriteAsync(folder.Path, stop);
            Assert.False(ManifestFile.Open(new DiskFiles(folder.Path, false)).OrThrow().Complete);

            await WriteAsync(folder.Path);

            Same.Folders(whole.Path, folder.Path);
        }
    }

    [Fact]
    public async Task A_run_that_was_killed_goes_on_with_the_same_bytes()
    {
        using TemporaryFolder whole = new();
        await WriteAsync(whole.Path);
        for (int stop = 3; stop < Count; stop += 5)
        {
            using TemporaryFolder running = new();
            using TemporaryFolder folder = new();
            await using DatasetWriter<TransitionEpisode> writer = TransitionDataset
                .OpenWriter(running.Path, Samples.Header(), Samples.SmallParts)
                .OrThrow();
            await WriteAsync(writer, stop);
            // What a killed process leaves: the files as they are, temporary ones included.
            foreach (string path in Directory.GetFiles(running.Path))
            {
                using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
                using FileStream copy = File.Create(folder[Path.GetFileName(path)]);
                await file.CopyToAsync(copy);
            }

            await WriteAsync(folder.Path);

            Same.Folders(whole.Path, folder.Path);
        }
    }

    [Fact]
    public async Task A_full_disk_at_any_byte_leaves_a_dataset_that_goes_on()
    {
        using TemporaryFolder whole = new();
        await WriteAsync(whole.Path);
        long bytes = new DirectoryInfo(whole.Path).GetFiles().Sum(file => file.Length);
        for (long room = 0; room < bytes; room += bytes / 17)
        {
            using TemporaryFolder folder = new();
            Fault fault = await FillAsync(new FullDisk(new DiskFiles(folder.Path, false), bytes: room));

            Assert.Equal(FaultKind.External, fault.Kind);
            Assert.Contains("no space", fault.What, StringComparison.Ordinal);
            Assert.StartsWith(folder.Path, fault.Where, StringComparison.Ordinal);
            Assert.NotEmpty(fault.Remedy);
            await WriteAsync(folder.Path);
            Same.Folders(whole.Path, folder.Path);
        }
    }

    [Fact]
    public async Task A_disk_that_refuses_at_any_call_leaves_a_dataset_that_goes_on()
    {
        using TemporaryFolder whole = new();
        await WriteAsync(whole.Path);
        for (int changes = 0; ; changes++)
        {
            using TemporaryFolder folder = new();
            FullDisk disk = new(new DiskFiles(folder.Path, false), changes: changes);
            if (await TryFillAsync(disk) is not { } fault)
            {
                Assert.True(changes > 30);
                break;
            }
            Assert.Equal(FaultKind.External, fault.Kind);
            await WriteAsync(folder.Path);
            Same.Folders(whole.Path, folder.Path);
        }
    }

    [Fact]
    public async Task Leftovers_of_an_interrupted_run_are_cleared_and_files_of_others_are_not()
    {
        using TemporaryFolder folder = new();
        await WriteAsync(folder.Path, stop: 12);
        await File.WriteAllTextAsync(folder["part-00077.parquet"], "renamed but not listed");
        await File.WriteAllTextAsync(folder["part-00003.parquet.tmp"], "half");
        await File.WriteAllTextAsync(folder["manifest.json.tmp"], "half");
        await File.WriteAllTextAsync(folder["notes.txt"], "mine");

        await WriteAsync(folder.Path);

        Assert.False(File.Exists(folder["part-00077.parquet"]));
        Assert.Empty(Directory.GetFiles(folder.Path, "*.tmp"));
        Assert.True(File.Exists(folder["notes.txt"]));
    }

    [Fact]
    public async Task A_folder_made_with_another_configuration_is_refused_and_left_alone()
    {
        using TemporaryFolder folder = new();
        await WriteAsync(folder.Path);

        Fault other = TransitionFolders.FaultOf(TransitionDataset.OpenWriter(folder.Path, Samples.Header("b"), Samples.SmallParts));
        Fault layout = TransitionFolders.FaultOf(TransitionDataset.OpenWriter(folder.Path, Samples.Header(), new DatasetWriterOptions()));
        Fault kind = TransitionFolders.FaultOf(
            Datasets.Episodes.EpisodeDataset.OpenWriter(folder.Path, Samples.Header(), Samples.SmallParts)
        );

        Assert.Equal(FaultKind.Configuration, other.Kind);
        Assert.Contains("config", other.What, StringComparison.Ordinal);
        Assert.Contains("layout", layout.What, StringComparison.Ordinal);
        Assert.Contains("vlmq-transitions", kind.What, StringComparison.Ordinal);
        Assert.All([other, layout, kind], fault => Assert.Equal(folder.Path, fault.Where));
    }

    [Fact]
    public async Task A_dataset_that_holds_nothing_yet_is_begun_anew_with_another_configuration()
    {
        using TemporaryFolder folder = new();
        using TemporaryFolder whole = new();
        await using (DatasetWriter<TransitionEpisode> failed = TransitionDataset.OpenWriter(folder.Path, Samples.Header("b")).OrThrow())
        {
            await failed.WriteAsync(Samples.Transitions(0, 3, true));
        }
        Assert.Null(TransitionDataset.LookAtTarget(folder.Path, Samples.Header(), Samples.SmallParts).OrThrow());

        await WriteAsync(folder.Path);
        await WriteAsync(whole.Path);

        Same.Folders(whole.Path, folder.Path);
    }

    [Fact]
    public async Task A_folder_with_files_of_others_is_refused()
    {
        using TemporaryFolder folder = new();
        await File.WriteAllTextAsync(folder["thesis.tex"], "");

        Fault fault = TransitionFolders.FaultOf(TransitionDataset.OpenWriter(folder.Path, Samples.Header()));

        Assert.Equal(FaultKind.Configuration, fault.Kind);
        Assert.Contains("thesis.tex", fault.What, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_with_folders_of_others_is_refused()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder["photos"]);

        Fault fault = TransitionFolders.FaultOf(TransitionDataset.OpenWriter(folder.Path, Samples.Header()));

        Assert.Equal((FaultKind.Configuration, folder.Path), (fault.Kind, fault.Where));
        Assert.Equal("the folder holds other files (photos) and no dataset", fault.What);
        Assert.Equal([folder["photos"]], Directory.GetFileSystemEntries(folder.Path));
    }

    [Theory]
    [InlineData("# My project\n")]
    [InlineData("---\npretty_name: \"Mine\"\ntags:\n- pictures\n---\n")]
    public async Task A_README_that_is_no_card_of_a_dataset_is_not_written_over(string readme)
    {
        using TemporaryFolder folder = new();
        await File.WriteAllTextAsync(folder["README.md"], readme);

        Fault fault = TransitionFolders.FaultOf(TransitionDataset.OpenWriter(folder.Path, Samples.Header()));

        Assert.Equal(FaultKind.Configuration, fault.Kind);
        Assert.Contains("README.md", fault.What, StringComparison.Ordinal);
        Assert.Equal(readme, await File.ReadAllTextAsync(folder["README.md"]));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_named()
    {
        using TemporaryFolder folder = new();
        await File.WriteAllTextAsync(folder["file"], "");

        Fault fault = TransitionFolders.FaultOf(TransitionDataset.OpenWriter(folder["file/data"], Samples.Header()));

        Assert.Equal((FaultKind.External, folder["file/data"]), (fault.Kind, fault.Where));
    }

    [Fact]
    public async Task A_link_in_the_place_of_a_part_is_not_written_through()
    {
        using TemporaryFolder folder = new();
        using TemporaryFolder elsewhere = new();
        await File.WriteAllTextAsync(elsewhere["victim"], "untouched");
        await WriteAsync(folder.Path, stop: 0);
        File.CreateSymbolicLink(folder["part-00000.parquet.tmp"], elsewhere["victim"]);
        File.CreateSymbolicLink(folder["manifest.json.tmp"], elsewhere["victim"]);

        await WriteAsync(folder.Path);

        Assert.Equal("untouched", await File.ReadAllTextAsync(elsewhere["victim"]));
    }

    [Fact]
    public async Task After_a_failure_a_writer_takes_nothing_more()
    {
        using TemporaryFolder folder = new();
        FullDisk disk = new(new DiskFiles(folder.Path, false), bytes: 8000);
        await using DatasetWriter<TransitionEpisode> writer = TransitionDataset
            .OpenWriter(disk, Samples.Header(), Samples.SmallParts)
            .OrThrow();
        await Assert.ThrowsAsync<FaultException>(async () =>
        {
            for (int i = 0; ; i++)
            {
                await writer.WriteAsync(Samples.Transitions(i, 5, true));
            }
        });

        await Assert.ThrowsAsync<InvalidOperationException>(() => writer.CompleteAsync());
    }

    private static Task WriteAsync(string folder, int stop = int.MaxValue) => WriteAsync(new DiskFiles(folder, false), stop);

    // Every fifth episode is a reject.
    private static async Task WriteAsync(IDatasetFiles files, int stop = int.MaxValue)
    {
        await using DatasetWriter<TransitionEpisode> writer = TransitionDataset
            .OpenWriter(files, Samples.Header(), Samples.SmallParts)
            .OrThrow();
        await WriteAsync(writer, stop);
        if (stop > Count)
        {
            await writer.CompleteAsync();
        }
    }

    private static async Task WriteAsync(DatasetWriter<TransitionEpisode> writer, int stop)
    {
        for (long i = writer.Consumed; i < Math.Min(stop, Count); i++)
        {
            if (i % 5 == 2)
            {
                writer.Reject(new Reject($"episode-{i:D5}", Fault.Data("no good", $"row {i}")));
            }
            else
            {
                await writer.WriteAsync(Samples.Transitions((int)i, 1 + (int)(i * 7 % 11), i % 2 == 0));
            }
        }
    }

    private static async Task<Fault> FillAsync(FullDisk disk)
    {
        Fault? fault = await TryFillAsync(disk);
        Assert.NotNull(fault);
        return fault;
    }

    private static async Task<Fault?> TryFillAsync(FullDisk disk)
    {
        try
        {
            await WriteAsync(disk);
            return null;
        }
        catch (FaultException exception)
        {
            return exception.Fault;
        }
    }
}
