using System.Collections.Immutable;
using System.Globalization;
using VlmQ.Benchmarks.Harness;
using VlmQ.Core.Episodes;
using VlmQ.Core.Imaging;
using VlmQ.Datasets.Conversion;
using VlmQ.Datasets.Episodes;
using VlmQ.Datasets.Images;
using VlmQ.Datasets.Tokenization;
using VlmQ.Datasets.Writing;
using VlmQ.Tests.Shared;

namespace VlmQ.Benchmarks.Convert;

/// <summary>Episodes of NumberLine with 300×300 pictures, and what the benchmark does with them.</summary>
internal sealed class ConvertWork
{
    private readonly string _folder;
    private readonly int _imageSize;
    private readonly TextTokenizer _tokenizer;
    private readonly ImmutableArray<StoredEpisode> _episodes;
    private int _conversions;

    public ConvertWork(string folder, int turns, int imageSize, TextTokenizer tokenizer)
    {
        _folder = folder;
        _imageSize = imageSize;
        _tokenizer = tokenizer;
        _episodes = NumberLinePlay.Play(turns);
        foreach (StoredEpisode episode in _episodes)
        {
            Turns += episode.Turns.Length;
            Pictures = Pictures.AddRange(episode.Turns.Select(turn => turn.Observation.Picture));
            Pictures = episode.FinalObservation is { } final ? Pictures.Add(final.Picture) : Pictures;
        }
    }

    /// <summary>Turns of the episodes.</summary>
    public int Turns { get; private set; }

    /// <summary>The picture of every row.</summary>
    public ImmutableArray<ImmutableArray<byte>> Pictures { get; private set; } = [];

    /// <summary>Writes the episodes as a dataset, over and over under new ids; returns its folder.</summary>
    public async Task<string> WriteAsync(int times)
    {
        string folder = Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"episodes-{times}"));
        DatasetHeader header = new() { Title = "Benchmark", Digests = ImmutableSortedDictionary<string, string>.Empty };
        await using DatasetWriter<StoredEpisode> writer = EpisodeDataset.OpenWriter(folder, header).OrThrow();
        for (int time = 0; time < times; time++)
        {
            foreach (StoredEpisode episode in _episodes)
            {
                string id = string.Create(CultureInfo.InvariantCulture, $"{time:D3}-{episode.Id}");
                await writer.WriteAsync(NumberLinePlay.Rename(episode, id));
            }
        }
        await writer.CompleteAsync();
        return folder;
    }

    /// <summary>Bytes of all pictures, as PNG files.</summary>
    public long PictureBytes => Pictures.Sum(png => (long)png.Length);

    /// <summary>Converts a dataset into a folder that is gone afterwards.</summary>
    public void Convert(string source, int workers)
    {
        string target = Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"transitions-{_conversions++}"));
        Convert(source, target, workers, _imageSize, _tokenizer);
        Directory.Delete(target, recursive: true);
    }

    /// <summary>Converts a dataset.</summary>
    public static void Convert(string source, string target, int workers, int imageSize, TextTokenizer tokenizer) =>
        DatasetConversion
            .RunAsync(
                source,
                target,
                tokenizer,
                new ConversionOptions
                {
                    Prompts = ShippedPrompts.Brief,
                    ImageSize = imageSize,
                    Workers = workers,
                }
            )
            .GetAwaiter()
            .GetResult()
            .OrThrow();

    /// <summary>Decodes, resizes and encodes every picture and does nothing else, on so many threads.</summary>
    public void Resize(int workers)
    {
        int next = -1;
        Thread[] threads = [.. Enumerable.Range(0, workers).Select(_ => new Thread(ResizeShare))];
        foreach (Thread thread in threads)
        {
            thread.Start();
        }
        foreach (Thread thread in threads)
        {
            thread.Join();
        }

        void ResizeShare()
        {
            for (int i = Interlocked.Increment(ref next); i < Pictures.Length; i = Interlocked.Increment(ref next))
            {
                RgbImage image = PictureCodec.Decode(Pictures[i].AsSpan(), "benchmark").OrThrow();
                PictureCodec.Encode(PillowResampler.Bicubic(image, _imageSize, _imageSize));
            }
        }
    }
}
