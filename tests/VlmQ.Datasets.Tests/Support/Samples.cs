using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using VlmQ.Core.Episodes;
using VlmQ.Core.Imaging;
using VlmQ.Core.Randomness;
using VlmQ.Core.Tokens;
using VlmQ.Datasets.Episodes;
using VlmQ.Datasets.Images;
using VlmQ.Datasets.Transitions;
using VlmQ.Datasets.Writing;

namespace VlmQ.Datasets.Tests.Support;

/// <summary>Episodes and transitions to write and read.</summary>
internal static class Samples
{
    public const string NumberLine = "gym_cards/NumberLine-v0";

    private static readonly ImmutableArray<string> Texts = ["", "{\"action\": \"+\"}", "naïve 𝔘 \u0000 \n", "plain", "日本"];

    public static DatasetHeader Header(string config = "a") =>
        new()
        {
            Title = "Sample",
            Digests = ImmutableSortedDictionary<string, string>.Empty.Add("config", config),
            Properties = ImmutableSortedDictionary<string, string>.Empty.Add("env", NumberLine),
        };

    /// <summary>Small parts, so that few episodes make several.</summary>
    public static DatasetWriterOptions SmallParts { get; } = new() { PartRows = 20, RowGroupRows = 8 };

    public static RgbImage Image(long seed, int width = 6, int height = 5)
    {
        RandomKey key = RandomKey.Of(seed, "picture");
        byte[] pixels = new byte[width * height * 3];
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)key.IndexAt((ulong)i, 256);
        }
        return new RgbImage(width, height, [.. pixels]);
    }

    public static Episode Episode(int index, int turns, bool truncated, bool sampled = false, int size = 6)
    {
        ImmutableArray<Turn>.Builder rows = ImmutableArray.CreateBuilder<Turn>(turns);
        for (int i = 0; i < turns; i++)
        {
            bool last = i == turns - 1;
            string text = Texts[(index + i) % Texts.Length];
            Reply reply = sampled ? new Reply(text, [5, index % 7, 9], "digest-of-tokenizer") : new Reply(text);
            rows.Add(
                new Turn(
                    new Observation(Image((index * 1000) + i, size, size), "goal", $"text {i}"),
                    reply,
                    i % 3 == 0 ? null : "+",
                    i * 0.5f,
                    last && !truncated,
                    last && truncated,
                    $$"""{"step": {{i}}}"""
                )
            );
        }
        return new Episode(
            $"episode-{index:D5}",
            NumberLine,
            index,
            "random",
            rows.ToImmutable(),
            truncated ? new Observation(Image((index * 1000) + turns, size, size), "goal", "final") : null,
            index % 3 == 0 ? null : index % 2 == 0
        );
    }

    /// <summary>Arbitrary whole episodes.</summary>
    public static Gen<Episode> Episodes =>
        from index in Gen.Choose(0, 100_000)
        from turns in Gen.Choose(1, 9)
        from truncated in Gen.Elements(true, false)
        from sampled in Gen.Elements(true, false)
        from size in Gen.Choose(1, 9)
        select Episode(index, turns, truncated, sampled, size);

    public static StoredEpisode Store(Episode episode) => EpisodeStorage.Encode(episode);

    /// <summary>Transitions as a conversion would make them.</summary>
    public static TransitionEpisode Transitions(int index, int turns, bool truncated, int size = 6)
    {
        ImmutableArray<StoredTransition>.Builder rows = ImmutableArray.CreateBuilder<StoredTransition>();
        for (int i = 0; i < turns; i++)
        {
            bool last = i == turns - 1;
            int length = 1 + ((index + i) % 4);
            float[] rewards = new float[length];
            rewards[^1] = i;
            rows.Add(
                new StoredTransition(
                    new Transition(
                        $"episode-{index:D5}",
                        i,
                        [1, index, i],
                        [.. Enumerable.Range(10, length)],
                        [.. rewards],
                        i % 2 == 0,
                        last && !truncated,
                        last && truncated,
                        turns - i,
                        index % 2 == 0 ? default : [.. Enumerable.Repeat(-0.5f, length)]
                    ),
                    PictureCodec.Encode(Image((index * 1000) + i, size, size))
                )
            );
        }
        if (truncated)
        {
            rows.Add(
                new StoredTransition(
                    new Transition($"episode-{index:D5}", turns, [1, index, turns], [], [], false, false, true, 0),
                    PictureCodec.Encode(Image((index * 1000) + turns, size, size))
                )
            );
        }
        return new TransitionEpisode(rows.ToImmutable());
    }
}
