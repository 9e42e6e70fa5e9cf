using VlmQ.Core.Episodes;
using VlmQ.Datasets.Exchange;
using VlmQ.Datasets.Tests.Episodes;
using VlmQ.Datasets.Tests.Support;
using VlmQ.Tests.Shared;

namespace VlmQ.Datasets.Tests.Exchange;

public sealed class HostileExchangeTests : IDisposable
{
    private const string Rows = "rows.jsonl";
    private const string Head = "dataset.json";

    // An import writes a folder, so it is tried a tenth as often.
    private const int Share = 10;

    private readonly TemporaryFolder _folder = new();

    private string Export => _folder["export"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(Rows)]
    [InlineData(Head)]
    public async Task Damaged_exports_are_imported_or_refused_and_nothing_is_written_elsewhere(string name)
    {
        await WriteExportAsync();
        byte[] original = await File.ReadAllBytesAsync(Path.Combine(Export, name));
        string[] before = Everything();
        int refused = 0;
        foreach (int seed in Enumerable.Range(Fuzz.FirstSeed, Fuzz.Mutations / Share))
        {
            refused += await Fuzz.TryAsync(Mutations.Of(original, seed), seed, file => Import(name, file), IsClean, Budget) ? 0 : 1;
        }
        Assert.Equal(before, Everything());
        Assert.InRange(refused, Fuzz.Mutations / Share / 4, Fuzz.Mutations / Share);
    }

    [Theory]
    [InlineData(Rows)]
    [InlineData(Head)]
    public async Task A_file_of_an_export_that_is_a_link_is_refused(string name)
    {
        await WriteExportAsync();
        File.Move(Path.Combine(Export, name), _folder["elsewhere"]);
        File.CreateSymbolicLink(Path.Combine(Export, name), _folder["elsewhere"]);
        Fault fault = TransitionFolders.FaultOf(await DatasetImport.ImportAsync(Export, _folder["back"], Samples.SmallParts));
        Assert.Contains("symbolic link", fault.What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("images")]
    [InlineData("images/{0}")]
    public async Task An_export_does_not_write_its_pictures_through_links(string link)
    {
        await WriteExportAsync();
        string picture = Directory.EnumerateFiles(Path.Combine(Export, "images"), "*", SearchOption.AllDirectories).First();
        string start = Path.GetFileName(Path.GetDirectoryName(picture)!);
        string path = Path.Combine(_folder["hostile"], string.Format(System.Globalization.CultureInfo.InvariantCulture, link, start));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        Directory.CreateDirectory(_folder["elsewhere"]);
        Directory.CreateSymbolicLink(path, _folder["elsewhere"]);
        // As an export that was stopped leaves it: into another folder that holds something, nothing is exported at all.
        File.Copy(Path.Combine(Export, Head), _folder[$"hostile/{Head}.tmp"]);
        Fault fault = TransitionFolders.FaultOf(await DatasetExport.ExportAsync(_folder["data"], _folder["hostile"]));
        Assert.Contains("symbolic link", fault.What, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder["elsewhere"]));
    }

    private static bool IsClean(Exception thrown) => thrown is FaultException;

    private static long Budget(int length) => (64 << 20) + (1000L * length);

    private async Task WriteExportAsync()
    {
        await EpisodeDatasetTests.WriteAsync(
            _folder["data"],
            Enumerable.Range(0, 3).Select(i => Samples.Episode(i, 2, i == 0, sampled: true))
        );
        (await DatasetExport.ExportAsync(_folder["data"], Export)).OrThrow();
    }

    private string[] Everything() =>
        [.. Directory.EnumerateFileSystemEntries(_folder.Path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    private void Import(string name, byte[] file)
    {
        string path = Path.Combine(Export, name);
        byte[] whole = File.ReadAllBytes(path);
        try
        {
            File.WriteAllBytes(path, file);
            DatasetImport.ImportAsync(Export, _folder["back"], Samples.SmallParts).GetAwaiter().GetResult().OrThrow();
        }
        finally
        {
            File.WriteAllBytes(path, whole);
            if (Directory.Exists(_folder["back"]))
            {
                Directory.Delete(_folder["back"], recursive: true);
            }
        }
    }
}
