using System.Collections.Immutable;
using VlmQ.Core.Episodes;
using VlmQ.Core.Tokens;
using VlmQ.Datasets.Episodes;
using VlmQ.Datasets.Tests.Episodes;
using VlmQ.Datasets.Tests.Support;
using VlmQ.Datasets.Transitions;
using VlmQ.Datasets.Verification;
using VlmQ.Datasets.Writing;

namespace VlmQ.Datasets.Tests.Verification;

public sealed class DatasetVerifierTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_whole_dataset_of_either_kind_is_sound()
    {
        await EpisodeDatasetTests.WriteAsync(
            _folder["e"],
            Enumerable.Range(0, 20).Select(i => Samples.Episode(i, 1 + (i % 5), i % 2 == 0))
        );
        await WriteAsync(_folder["t"], Enumerable.Range(0, 20).Select(i => Sound(i, 1 + (i % 5), i % 2 == 0)));

        foreach (string kind in new[] { "e", "t" })
        {
            VerificationReport report = (await DatasetVerifier.VerifyAsync(_folder[kind])).OrThrow();
            Assert.True(report.Sound, string.Join('\n', report.Breaches));
            Assert.Equal(report.Manifest.Rows, report.RowsRead);
        }
    }

    [Fact]
    public async Task A_changed_byte_a_missing_part_and_a_part_too_many_are_named()
    {
        await EpisodeDatasetTests.WriteAsync(_folder.Path, Enumerable.Range(0, 40).Select(i => Samples.Episode(i, 4, false)));
        byte[] bytes = await File.ReadAllBytesAsync(_folder["part-00001.parquet"]);
        bytes[bytes.Length / 3] ^= 1;
        await File.WriteAllBytesAsync(_folder["part-00001.parquet"], bytes);
        File.Move(_folder["part-00003.parquet"], _folder["part-00099.parquet"]);

        VerificationReport report = (await DatasetVerifier.VerifyAsync(_folder.Path, limit: 100)).OrThrow();

        Assert.Contains(report.Breaches, breach => breach is { File: "part-00001.parquet", Row: null } && breach.What.Contains("SHA-256"));
        Assert.Contains(report.Breaches, breach => breach is { File: "part-00003.parquet", What: "the part is missing" });
        Assert.Contains(report.Breaches, breach => breach is { File: "part-00099.parquet" } && breach.What.Contains("does not list"));
        Assert.DoesNotContain(report.Breaches, breach => breach.File is "part-00000.parquet" or "part-00002.parquet");
    }

    [Fact]
    public async Task Rows_that_break_a_rule_are_named_with_row_and_column()
    {
        TransitionEpisode sound = Sound(3, 3, false);
        Transition wrong = new("other", 0, [1], [10, 11], [1, 2], true, true, false, 5);
        StoredEpisode stored = EpisodeStorage.Encode(Samples.Episode(1, 2, false));
        StoredTurn first = new(stored.Turns[0].Observation with { Picture = [1, 2, 3] }, new Reply("x"), null, 0, false, false, "[]");
        await WriteAsync(_folder["t"], [sound, new TransitionEpisode([new StoredTransition(wrong, sound.Rows[0].Picture)]), sound]);
        await using (DatasetWriter<StoredEpisode> writer = EpisodeDataset.OpenWriter(_folder["e"], Samples.Header()).OrThrow())
        {
            await writer.WriteAsync(new StoredEpisode("a", "v", 1, "p", [first, stored.Turns[1]], null, null));
            await writer.CompleteAsync();
        }

        Assert.Equal(
            [(3, "rewards"), (3, "return_to_go"), (4, "episode_id")],
            (await BreachesAsync("t")).Select(breach => ((int)breach.Row!.Value, breach.Column!))
        );
        Assert.Equal([(0L, "image/bytes"), (0L, "info")], (await BreachesAsync("e")).Select(breach => (breach.Row!.Value, breach.Column!)));
    }

    [Fact]
    public async Task A_column_whose_bytes_are_no_column_is_named_with_the_row_that_its_row_group_begins_with()
    {
        await WriteAsync(_folder["t"], Enumerable.Range(0, 6).Select(i => Sound(i, 4, false)));
        string part = _folder["t/part-00000.parquet"];
        byte[] bytes = await File.ReadAllBytesAsync(part, TestContext.Current.CancellationToken);
        // The first column's first page, behind the file's four magic bytes.
        bytes.AsSpan(4, 12).Fill(0xFF);
        await File.WriteAllBytesAsync(part, bytes, TestContext.Current.CancellationToken);

        ImmutableArray<Breach> breaches = await BreachesAsync("t");

        Assert.Contains(breaches, breach => breach is { File: "part-00000.parquet", Row: null, Column: null });
        Assert.Contains(breaches, breach => breach is { File: "part-00000.parquet", Row: 0, Column: "episode_id" });
    }

    [Fact]
    public async Task All_breaches_are_counted_and_as_many_as_asked_for_are_listed()
    {
        TransitionEpisode same = Sound(3, 3, false);
        await WriteAsync(_folder.Path, Enumerable.Repeat(same, 10));

        VerificationReport report = (await DatasetVerifier.VerifyAsync(_folder.Path, limit: 4)).OrThrow();

        Assert.Equal((9L, 4), (report.Found, report.Breaches.Length));
    }

    [Fact]
    public async Task A_folder_without_a_dataset_is_a_fault() =>
        Assert.Equal(_folder.Path, TransitionFolders.FaultOf(await DatasetVerifier.VerifyAsync(_folder.Path)).Where);

    [Fact]
    public async Task The_card_is_read_where_there_is_a_dataset()
    {
        await WriteAsync(_folder["t"], [Sound(1, 2, true)]);

        Assert.Contains("# Sample", DatasetCard.Read(_folder["t"]).OrThrow(), StringComparison.Ordinal);
        Assert.Equal(_folder["x"], TransitionFolders.FaultOf(DatasetCard.Read(_folder["x"])).Where);
    }

    private static Task WriteAsync(string folder, IEnumerable<TransitionEpisode> episodes) =>
        TransitionFolders.WriteAsync(folder, episodes);

    /// <summary>Transitions whose returns are the sums of their rewards.</summary>
    private static TransitionEpisode Sound(int index, int turns, bool truncated)
    {
        ImmutableArray<StoredTransition>.Builder rows = ImmutableArray.CreateBuilder<StoredTransition>();
        foreach (StoredTransition row in Samples.Transitions(index, turns, truncated).Rows)
        {
            Transition old = row.Transition;
            float toGo = Enumerable.Range(0, turns).Where(turn => turn >= old.Turn).Sum();
            rows.Add(
                row with
                {
                    Transition = new Transition(
                        old.EpisodeId,
                        old.Turn,
                        old.PromptIds,
                        old.ReplyIds,
                        old.Rewards,
                        old.Valid,
                        old.Terminated,
                        old.Truncated,
                        toGo
                    ),
                }
            );
        }
        return new TransitionEpisode(rows.ToImmutable());
    }

    private async Task<ImmutableArray<Breach>> BreachesAsync(string name) =>
        (await DatasetVerifier.VerifyAsync(_folder[name])).OrThrow().Breaches;
}
