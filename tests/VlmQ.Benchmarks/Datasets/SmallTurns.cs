using System.Collections.Immutable;
using System.Globalization;
using VlmQ.Benchmarks.Harness;
using VlmQ.Core.Imaging;
using VlmQ.Core.Randomness;
using VlmQ.Datasets.Conversion;
using VlmQ.Datasets.Episodes;
using VlmQ.Datasets.Images;
using VlmQ.Datasets.Streaming;
using VlmQ.Datasets.Tokenization;
using VlmQ.Datasets.Transitions;
using VlmQ.Datasets.Writing;
using VlmQ.Tests.Shared;

namespace VlmQ.Benchmarks.Datasets;

/// <summary>Datasets of very many turns that take seconds to make: episodes of NumberLine with pictures of 16×16 noise.</summary>
internal static class SmallTurns
{
    private const int Side = 16;
    private const int SmallerSide = 12;
    private const int Pictures = 4096;
    private const int Played = 500;
    private const int Workers = 2;

    /// <summary>Writes episodes until they have so many turns together, or a few more, or until they are so many.</summary>
    public static async Task WriteAsync(string folder, long turns, int episodes = int.MaxValue)
    {
        ImmutableArray<StoredEpisode> played = NumberLinePlay.Play(Played);
        ImmutableArray<byte>[] pictures = [.. Enumerable.Range(0, Pictures).Select(Noise)];
        DatasetHeader header = new() { Title = "Benchmark", Digests = ImmutableSortedDictionary<string, string>.Empty };
        await using DatasetWriter<StoredEpisode> writer = EpisodeDataset.OpenWriter(folder, header).OrThrow();
        int picture = 0;
        for (int index = 0; turns > 0 && index < episodes; index++)
        {
            StoredEpisode episode = played[index % played.Length];
            turns -= episode.Turns.Length;
            await writer.WriteAsync(
                new StoredEpisode(
                    index.ToString("D8", CultureInfo.InvariantCulture),
                    episode.Environment,
                    index,
                    episode.Policy,
                    [.. episode.Turns.Select(turn => WithPicture(turn, pictures[picture++ % Pictures]))],
                    episode.FinalObservation is { } final ? final with { Picture = pictures[picture++ % Pictures] } : null,
                    episode.Success
                )
            );
        }
        await writer.CompleteAsync();
    }

    /// <summary>Converts episodes to transitions of smaller pictures.</summary>
    /// <param name="source">The episodes.</param>
    /// <param name="target">Where the transitions go.</param>
    /// <param name="writer">How they are cut into parts.</param>
    public static void Convert(string source, string target, DatasetWriterOptions writer) =>
        DatasetConversion
            .RunAsync(
                source,
                target,
                TextTokenizer.Load(Checkout.PathOf("data", "tokenizers", "tiny")).OrThrow(),
                new ConversionOptions
                {
                    Prompts = ShippedPrompts.Brief,
                    ImageSize = SmallerSide,
                    Workers = Workers,
                    Writer = writer,
                }
            )
            .GetAwaiter()
            .GetResult()
            .OrThrow();

    /// <summary>Reads transitions as a trainer does, for some passes of one stream; nothing is kept in memory for the next.</summary>
    public static async Task StreamAsync(string folder, int passes)
    {
        TransitionStream stream = await OpenAsync(folder);
        long left = TransitionDataset.OpenReader(folder).OrThrow().Manifest.Turns * passes;
        await foreach (StreamedBatch batch in stream.ReadAsync())
        {
            left -= batch.Batch.TrainedRows;
            batch.Dispose();
            if (left <= 0)
            {
                break;
            }
        }
    }

    /// <summary>Opens transitions as a trainer does.</summary>
    public static async Task<TransitionStream> OpenAsync(string folder) =>
        (
            await TransitionStream.OpenAsync(
                TransitionDataset.OpenReader(folder).OrThrow(),
                new TransitionStreamOptions { Workers = Workers, CacheBytes = 0 }
            )
        ).OrThrow();

    private static StoredTurn WithPicture(StoredTurn turn, ImmutableArray<byte> picture) =>
        new(turn.Observation with { Picture = picture }, turn.Reply, turn.Action, turn.Reward, turn.Terminated, turn.Truncated, turn.Info);

    private static ImmutableArray<byte> Noise(int index)
    {
        RandomCursor random = RandomKey.Of(1, "benchmark.pictures", index).Cursor();
        ImmutableArray<byte>.Builder pixels = ImmutableArray.CreateBuilder<byte>(Side * Side * 3);
        for (int i = 0; i < pixels.Capacity; i++)
        {
            pixels.Add((byte)random.NextIndex(256));
        }
        return PictureCodec.Encode(new RgbImage(Side, Side, pixels.MoveToImmutable()));
    }
}
