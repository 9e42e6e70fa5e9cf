using VlmQ.Core.Episodes;
using VlmQ.Core.Sampling;
using VlmQ.Datasets.Streaming;
using VlmQ.Datasets.Tests.Support;
using VlmQ.Datasets.Transitions;

namespace VlmQ.Datasets.Tests.Streaming;

public sealed class MixedStreamTests
{
    private const int OnlineIndex = 1000;

    private static readonly TransitionStreamOptions Options = new()
    {
        WindowTurns = 4,
        BatchWindows = 10,
        Seed = 3,
    };

    [Fact]
    public async Task Each_batch_of_a_mix_has_each_dataset_s_share_and_each_dataset_keeps_its_order()
    {
        using TemporaryFolder offline = await DatasetAsync(0, size: 3);
        using TemporaryFolder online = await DatasetAsync(OnlineIndex, size: 3);

        List<Step> mixed = await TakeAsync([(offline, 0.7), (online, 0.3)], null, 12, Share.All);
        List<Step> alone = await TakeAsync([(offline, 1)], null, 12, Share.All);

        Assert.Equal([84, 36], mixed[^1].Next.Sources.Select(source => source.Taken));
        Assert.All(mixed, step => Assert.Contains(step.Turns, turn => turn.Index < OnlineIndex));
        Assert.All(mixed, step => Assert.Contains(step.Turns, turn => turn.Index >= OnlineIndex));
        (int Index, int Turn)[] first = [.. mixed.SelectMany(step => step.Turns).Where(turn => turn.Index < OnlineIndex)];
        Assert.Equal(alone.SelectMany(step => step.Turns).Take(first.Length), first);
    }

    [Fact]
    public async Task A_mix_goes_on_from_any_batch_with_as_many_trainers_or_another_number()
    {
        using TemporaryFolder offline = await DatasetAsync(0, size: 3);
        using TemporaryFolder online = await DatasetAsync(OnlineIndex, size: 3);
        (TemporaryFolder, double)[] sources = [(offline, 7), (online, 3)];
        List<Step> all = await TakeAsync(sources, null, 20, Share.All);

        foreach (int stop in new[] { 0, 7, 13 })
        {
            StreamPosition position = StreamPosition.Parse(all[stop].Next.ToString(), "x").OrThrow();
            List<Step> rest = await TakeAsync(sources, position, 19 - stop, Share.All);
            Assert.Equal(all.Skip(stop + 1).SelectMany(step => step.Turns), rest.SelectMany(step => step.Turns));
            Assert.Equal(all[^1].Next, rest[^1].Next);

            List<Step> low = await TakeAsync(sources, position, 3, new Share(0, 2));
            List<Step> high = await TakeAsync(sources, position, 3, new Share(1, 2));
            Assert.Equal(low[^1].Next, high[^1].Next);
            Assert.Equal(all[stop + 6].Next, low[^1].Next);
            Assert.Equal(
                all.Skip(stop + 1).Take(6).SelectMany(step => step.Turns).Order(),
                low.Concat(high).SelectMany(step => step.Turns).Order()
            );
        }
    }

    [Fact]
    public async Task Datasets_whose_pictures_have_other_sizes_are_a_fault_that_names_both_unless_they_are_resized()
    {
        using TemporaryFolder small = await DatasetAsync(0, size: 3);
        using TemporaryFolder large = await DatasetAsync(OnlineIndex, size: 7);
        (TemporaryFolder, double)[] sources = [(small, 1), (large, 1)];

        Fault fault = TransitionFolders.FaultOf(await TransitionStream.OpenAsync([.. sources.Select(SourceOf)], Options));

        Assert.Equal(large.Path, fault.Where);
        Assert.Contains(small.Path, fault.What, StringComparison.Ordinal);
        TransitionStream stream = (
            await TransitionStream.OpenAsync([.. sources.Select(SourceOf)], Options with { ImageSize = 5 })
        ).OrThrow();
        Assert.Equal((5, 5), (stream.ImageWidth, stream.ImageHeight));
    }

    [Fact]
    public async Task A_position_of_another_number_of_datasets_is_refused()
    {
        using TemporaryFolder folder = await DatasetAsync(0, size: 3);

        await Assert.ThrowsAsync<ArgumentException>(() => TakeAsync([(folder, 1)], StreamPosition.StartOf(2), 1, Share.All));
    }

    [Theory]
    [InlineData("")]
    [InlineData("1/2/3")]
    [InlineData("1/2/x/4/5/d")]
    [InlineData("-1/2/3/4/5/d")]
    [InlineData("1/2/3/4/5/d,")]
    public void What_is_no_position_is_a_fault(string text) =>
        Assert.Equal("--from", TransitionFolders.FaultOf(StreamPosition.Parse(text, "--from")).Where);

    private static async Task<TemporaryFolder> DatasetAsync(int index, int size)
    {
        TemporaryFolder folder = new();
        await TransitionFolders.WriteAsync(
            folder.Path,
            Enumerable.Range(0, 12).Select(i => Samples.Transitions(index + i, 1 + (i * 5 % 9), true, size: size))
        );
        return folder;
    }

    private static StreamSource SourceOf((TemporaryFolder Folder, double Weight) source) =>
        new(TransitionDataset.OpenReader(source.Folder.Path).OrThrow(), source.Weight);

    private static async Task<List<Step>> TakeAsync((TemporaryFolder, double)[] sources, StreamPosition? start, int count, Share share)
    {
        TransitionStream stream = (
            await TransitionStream.OpenAsync([.. sources.Select(SourceOf)], Options with { Share = share })
        ).OrThrow();
        List<Step> taken = [];
        await foreach (StreamedBatch batch in stream.ReadAsync(start))
        {
            taken.Add(new Step(TransitionFolders.TurnsOf(batch.Batch), batch.Next));
            if (taken.Count == count)
            {
                break;
            }
        }
        return taken;
    }

    private sealed record Step((int Index, int Turn)[] Turns, StreamPosition Next);
}
