using System.Globalization;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Episodes;
using VlmQ.Datasets.Images;
using VlmQ.Datasets.Importing;
using VlmQ.Datasets.Manifest;
using VlmQ.Datasets.Storage;
using VlmQ.Datasets.Tests.Support;
using VlmQ.Datasets.Writing;
using static VlmQ.Datasets.Tests.Importing.Imports;

namespace VlmQ.Datasets.Tests.Importing;

public sealed class ImportResumeTests : IDisposable
{
    private static readonly ImportOptions SmallParts = new()
    {
        Writer = new DatasetWriterOptions { PartRows = 10, RowGroupRows = 4 },
    };

    private readonly Imports _imports = new();

    public void Dispose() => _imports.Dispose();

    [Fact]
    public async Task The_bytes_do_not_depend_on_the_workers_or_on_interruptions()
    {
        string file = Conversations(60);
        SortedDictionary<string, string>? expected = null;
        foreach (int workers in new[] { 1, 2, 4 })
        {
            string target = _imports["workers" + workers.ToString(CultureInfo.InvariantCulture)];
            ImportSummary summary = (await EpisodeImport.RunAsync([file], target, SmallParts with { Workers = workers })).OrThrow();
            Assert.Equal((54, 6), (summary.Manifest.Episodes, summary.Manifest.Rejects));
            expected ??= BytesOf(target);
            Assert.Equal(expected, BytesOf(target));
        }
        string interrupted = _imports["interrupted"];
        for (int stop = 1; stop <= 4; stop++)
        {
            await InterruptAsync(file, interrupted, Path.Combine(interrupted, PartEntry.NameOf(stop)));
        }
        (await EpisodeImport.RunAsync([file], interrupted, SmallParts)).OrThrow();
        Assert.Equal(expected, BytesOf(interrupted));
        // Nothing is left to do.
        (await EpisodeImport.RunAsync([file], interrupted, SmallParts)).OrThrow();
        Assert.Equal(expected, BytesOf(interrupted));
    }

    [Fact]
    public async Task Other_files_or_options_do_not_go_on_with_a_dataset()
    {
        string file = Conversations(3);
        (await _imports.RunAsync(SmallParts, file)).OrThrow();
        ImportOptions other = SmallParts with { Environment = "other" };
        Fault config = Assert.IsType<Result<ImportSummary>.Failed>(await _imports.RunAsync(other, file)).Fault;
        Assert.Contains("made with another config", config.What, StringComparison.Ordinal);
        Fault source = Assert.IsType<Result<ImportSummary>.Failed>(await _imports.RunAsync(SmallParts, Conversations(4))).Fault;
        Assert.Contains("made with another source", source.What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_pictures_do_not_go_on_with_a_dataset()
    {
        string file = Conversations(60);
        await InterruptAsync(file, _imports["half"], Path.Combine(_imports["half"], PartEntry.NameOf(1)));
        (await EpisodeImport.RunAsync([file], _imports["whole"], SmallParts)).OrThrow();
        SortedDictionary<string, string> whole = BytesOf(_imports["whole"]);

        byte[] other = [.. PictureCodec.Encode(Samples.Image(3))];
        await File.WriteAllBytesAsync(_imports["b.png"], other, TestContext.Current.CancellationToken);
        foreach (string target in new[] { _imports["half"], _imports["whole"] })
        {
            Fault fault = Assert.IsType<Result<ImportSummary>.Failed>(await EpisodeImport.RunAsync([file], target, SmallParts)).Fault;
            Assert.Contains("made with other pictures", fault.What, StringComparison.Ordinal);
        }
        Assert.Equal(whole, BytesOf(_imports["whole"]));

        await File.WriteAllBytesAsync(_imports["b.png"], B, TestContext.Current.CancellationToken);
        (await EpisodeImport.RunAsync([file], _imports["half"], SmallParts)).OrThrow();
        Assert.Equal(whole, BytesOf(_imports["half"]));
    }

    [Fact]
    public async Task A_picture_that_was_missing_and_is_there_now_is_another()
    {
        string file = Conversations(20);
        (await _imports.RunAsync(SmallParts, file)).OrThrow();
        File.Copy(_imports["a.png"], _imports["missing.png"]);
        Fault fault = Assert.IsType<Result<ImportSummary>.Failed>(await _imports.RunAsync(SmallParts, file)).Fault;
        Assert.Contains("made with other pictures", fault.What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pictures_inside_of_the_files_have_no_digest_of_their_own()
    {
        await _imports.EpisodeAsync(
            Json(
                "{'image': 'data:image/png;base64,"
                    + Convert.ToBase64String(A)
                    + "', 'reward': 1,"
                    + " 'conversations': [{'from': 'human', 'value': ''}, {'from': 'gpt', 'value': ''}]}"
            )
        );
        Assert.DoesNotContain("pictures_digest", EpisodeDataset.OpenReader(_imports["out"]).OrThrow().Manifest.Properties.Keys);
    }

    [Fact]
    public async Task A_plan_counts_and_writes_nothing()
    {
        ImportPlan plan = (await EpisodeImport.PlanAsync([Conversations(20)], SmallParts)).OrThrow();
        Assert.Equal((ImportFormat.Llava, 18, 18, 2), (plan.Format, plan.Episodes, plan.Turns, plan.Rejects));
        Assert.Equal(2, plan.FirstRejects.Length);
        Assert.False(Directory.Exists(_imports["out"]));
    }

    // Every tenth names no picture; ids repeat.
    private string Conversations(int count) =>
        _imports.Write(
            "many.jsonl",
            [
                .. Enumerable
                    .Range(0, count)
                    .Select(i =>
                        Json(
                            $"{{'id': 'c{i % 7}', 'image': '{(i % 10 == 9 ? "missing" : i % 2 == 0 ? "a" : "b")}.png', 'reward': {i},"
                                + " 'conversations': [{'from': 'human', 'value': 'x'}, {'from': 'gpt', 'value': 'y'}]}"
                        )
                    ),
            ]
        );

    private static async Task InterruptAsync(string file, string target, string until)
    {
        using CancellationTokenSource stop = new();
        Task<Result<ImportSummary>> running = EpisodeImport.RunAsync([file], target, SmallParts, null, stop.Token);
        while (!running.IsCompleted && !File.Exists(until))
        {
            await Task.Yield();
        }
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    private static SortedDictionary<string, string> BytesOf(string folder) =>
        new(Directory.EnumerateFiles(folder).ToDictionary(file => Path.GetFileName(file), file => Digest.Of(File.ReadAllBytes(file))));
}
