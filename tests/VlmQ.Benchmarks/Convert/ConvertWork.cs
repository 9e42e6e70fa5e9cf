using System.Collections.Immutable;
using System.Globalization;
using VlmQ.Core.Environments;
using VlmQ.Core.Episodes;
using VlmQ.Core.Imaging;
using VlmQ.Core.Prompting;
using VlmQ.Core.Randomness;
using VlmQ.Datasets.Conversion;
using VlmQ.Datasets.Episodes;
using VlmQ.Datasets.Images;
using VlmQ.Datasets.Tokenization;
using VlmQ.Datasets.Writing;

namespace VlmQ.Benchmarks.Convert;

/// <summary>Episodes of NumberLine with 300×300 pictures, and what the benchmark does with them.</summary>
internal sealed class ConvertWork
{
    private const int LongestEpisode = 20;

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
        _episodes = Play(turns);
        foreach (StoredEpisode episode in _episodes)
        {
            Turns += episode.Turns.Length;
            Pictures = Pictures.AddRange(episode.Turns.Select(turn => turn.Observation.Png));
            Pictures = episode.FinalObservation is { } final ? Pictures.Add(final.Png) : Pictures;
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
                await writer.WriteAsync(
                    new StoredEpisode(
                        string.Create(CultureInfo.InvariantCulture, $"{time:D3}-{episode.Id}"),
                        episode.Environment,
                        episode.Seed,
                        episode.Policy,
                        episode.Turns,
                        episode.FinalObservation,
                        episode.Success
                    )
                );
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
            .RunAsync(source, target, tokenizer, new ConversionOptions { ImageSize = imageSize, Workers = workers })
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

    private static ImmutableArray<StoredEpisode> Play(int turns)
    {
        IEnvironment environment = EnvironmentCatalog.Find("numberline").OrThrow();
        ImmutableArray<StoredEpisode>.Builder episodes = ImmutableArray.CreateBuilder<StoredEpisode>();
        for (int seed = 0; turns > 0; seed++)
        {
            Episode episode = Play(environment, seed);
            turns -= episode.Turns.Length;
            episodes.Add(EpisodeStorage.Encode(episode));
        }
        return episodes.ToImmutable();
    }

    private static Episode Play(IEnvironment environment, int seed)
    {
        RandomKey key = RandomKey.Of(seed, "benchmark.actions");
        EnvironmentState state = environment.Reset(seed);
        ImmutableArray<Turn>.Builder turns = ImmutableArray.CreateBuilder<Turn>();
        bool ended = false;
        while (!ended)
        {
            string action = environment.Actions[key.IndexAt((ulong)turns.Count, environment.Actions.Length)];
            StepResult step = environment.Step(state, action);
            bool truncated = !step.Terminated && (step.Truncated || turns.Count == LongestEpisode - 1);
            turns.Add(
                new Turn(
                    environment.Observe(state),
                    new Reply(ReplyFormat.Write(action)),
                    action,
                    step.Reward,
                    step.Terminated,
                    truncated,
                    environment.Info(state)
                )
            );
            state = step.State;
            ended = step.Terminated || truncated;
        }
        return new Episode(
            string.Create(CultureInfo.InvariantCulture, $"{seed:D6}"),
            environment.Id,
            seed,
            "random",
            turns.ToImmutable(),
            turns[^1].Truncated ? environment.Observe(state) : null,
            success: null
        );
    }
}
