using VlmQ.Core.Episodes;
using VlmQ.Datasets.Streaming;
using VlmQ.Datasets.Tests.Support;
using VlmQ.Datasets.Transitions;

namespace VlmQ.Datasets.Tests.Streaming;

public sealed class MixedStreamTests
{
    [Fact]
    public async Task A_mix_gives_each_dataset_its_share_in_its_own_order_and_goes_on_from_any_batch()
    {
        using TemporaryFolder offline = await DatasetAsync(size: 3);
        using TemporaryFolder online = await DatasetAsync(size: 3);
        MixedStream mix = MixedStream.Of([(await OpenAsync(offline, 1), 0.7), (await OpenAsync(online, 2), 0.3)]).OrThrow();

        List<(string Text, MixPosition Next)> all = await TakeAsync(mix, null, 30);

        Assert.Equal([21, 9], all[^1].Next.Taken);
        foreach ((TemporaryFolder folder, int source) in new[] { (offline, 0), (online, 1) })
        {
            List<string> alone = await AloneAsync(await OpenAsync(folder, source + 1), source, source == 0 ? 21 : 9);
            Assert.Equal(alone, all.Select(batch => batch.Text).Where(text => text.StartsWith($"{source}:", StringComparison.Ordinal)));
        }
        foreach (int stop in new[] { 0, 4, 17 })
        {
            List<(string Text, MixPosition)> rest = await TakeAsync(mix, all[stop].Next, 29 - stop);
            Assert.Equal(all.Skip(stop + 1).Select(batch => batch.Text), rest.Select(batch => batch.Text));
        }
    }

    [Fact]
    public async Task Datasets_whose_pictures_have_other_sizes_are_a_fault_that_names_both()
    {
        using TemporaryFolder small = await DatasetAsync(size: 3);
        using TemporaryFolder large = await DatasetAsync(size: 7);

        Fault fault = TransitionFolders.FaultOf(MixedStream.Of([(await OpenAsync(small, 1), 1), (await OpenAsync(large, 1), 1)]));

        Assert.Equal(large.Path, fault.Where);
        Assert.Contains(small.Path, fault.What, StringComparison.Ordinal);
    }

    private static async Task<TemporaryFolder> DatasetAsync(int size)
    {
        TemporaryFolder folder = new();
        await TransitionFolders.WriteAsync(
            folder.Path,
            Enumerable.Range(0, 12).Select(i => Samples.Transitions(i, 1 + (i * 5 % 9), true, size: size))
        );
        return folder;
    }

    private static async Task<TransitionStream> OpenAsync(TemporaryFolder folder, long seed) =>
        (
            await TransitionStream.OpenAsync(
                TransitionDataset.OpenReader(folder.Path).OrThrow(),
                new TransitionStreamOptions
                {
                    WindowTurns = 4,
                    BatchWindows = 3,
                    Seed = seed,
                }
            )
        ).OrThrow();

    private static async Task<List<(string Text, MixPosition Next)>> TakeAsync(MixedStream mix, MixPosition? start, int count)
    {
        List<(string, MixPosition)> taken = [];
        await foreach (MixedBatch batch in mix.ReadAsync(start))
        {
            using (batch)
            {
                taken.Add((TextOf(batch.Source, batch.Streamed), batch.Next));
            }
            if (taken.Count == count)
            {
                break;
            }
        }
        return taken;
    }

    private static async Task<List<string>> AloneAsync(TransitionStream stream, int source, int count)
    {
        List<string> taken = [];
        await foreach (StreamedBatch batch in stream.ReadAsync())
        {
            taken.Add(TextOf(source, batch));
            if (taken.Count == count)
            {
                break;
            }
        }
        return taken;
    }

    private static string TextOf(int source, StreamedBatch batch) =>
        $"{source}: {batch.Position} {string.Join(' ', batch.Batch.PromptIds)} {string.Join(' ', batch.Batch.ReplyIds)}";
}
