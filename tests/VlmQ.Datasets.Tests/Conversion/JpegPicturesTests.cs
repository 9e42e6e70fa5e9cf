using System.Collections.Immutable;
using VlmQ.Core.Episodes;
using VlmQ.Core.Imaging;
using VlmQ.Datasets.Conversion;
using VlmQ.Datasets.Episodes;
using VlmQ.Datasets.Images;
using VlmQ.Datasets.Reading;
using VlmQ.Datasets.Streaming;
using VlmQ.Datasets.Tests.Images;
using VlmQ.Datasets.Tests.Support;
using VlmQ.Datasets.Transitions;
using VlmQ.Tests.Shared;

namespace VlmQ.Datasets.Tests.Conversion;

/// <summary>A dataset whose <c>image</c> column holds JPEG files is read, converted and streamed like one of PNG files.</summary>
public sealed class JpegPicturesTests
{
    private static readonly ImmutableArray<byte> Jpeg = PictureCodecTests.JpegSample;

    [Fact]
    public async Task Episodes_are_read_with_their_pixels()
    {
        using TemporaryFolder folder = await SourceAsync();
        RgbImage expected = PictureCodec.Decode(Jpeg.AsSpan(), "x").OrThrow();

        await foreach (StoredEpisode stored in EpisodeDataset.OpenReader(folder["episodes"]).OrThrow().ReadAsync())
        {
            Episode episode = EpisodeStorage.Decode(stored).OrThrow();
            Assert.All(episode.Turns, turn => Assert.Equal(expected, turn.Observation.Image));
        }
    }

    [Fact]
    public async Task Pictures_are_resized_to_PNG_or_keep_their_bytes()
    {
        using TemporaryFolder folder = await SourceAsync();
        RgbImage resized = PillowResampler.Bicubic(PictureCodec.Decode(Jpeg.AsSpan(), "x").OrThrow(), 8, 8);

        TransitionEpisode small = await ConvertAsync(folder, "small", 8);
        TransitionEpisode kept = await ConvertAsync(folder, "kept", null);

        Assert.All(small.Rows, row => Assert.Equal(PictureCodec.Encode(resized), row.Picture));
        Assert.All(kept.Rows, row => Assert.Equal(Jpeg, row.Picture));
    }

    [Fact]
    public async Task Batches_hold_the_pixels()
    {
        using TemporaryFolder folder = await SourceAsync();
        RgbImage expected = PictureCodec.Decode(Jpeg.AsSpan(), "x").OrThrow();
        await ConvertAsync(folder, "kept", null);
        DatasetReader<TransitionEpisode> reader = TransitionDataset.OpenReader(folder["kept"]).OrThrow();
        TransitionStream stream = (await TransitionStream.OpenAsync(reader, new TransitionStreamOptions())).OrThrow();

        await foreach (StreamedBatch batch in stream.ReadAsync())
        {
            using (batch)
            {
                Assert.Equal((61, 47), (batch.Batch.ImageWidth, batch.Batch.ImageHeight));
                Assert.Equal(expected.Pixels, batch.Batch.Images.AsSpan(0, expected.Pixels.Length).ToArray());
                break;
            }
        }
    }

    private static async Task<TemporaryFolder> SourceAsync()
    {
        TemporaryFolder folder = new();
        await using var writer = EpisodeDataset.OpenWriter(folder["episodes"], Samples.Header(), Samples.SmallParts).OrThrow();
        for (int i = 0; i < 3; i++)
        {
            await writer.WriteAsync(WithJpeg(EpisodeStorage.Encode(Samples.Episode(i, 2, truncated: false, size: 4))));
        }
        await writer.CompleteAsync();
        return folder;
    }

    private static async Task<TransitionEpisode> ConvertAsync(TemporaryFolder folder, string name, int? side)
    {
        ConversionOptions options = new()
        {
            Prompts = ShippedPrompts.Brief,
            ImageSize = side,
            Writer = Samples.SmallParts,
        };
        (await DatasetConversion.RunAsync(folder["episodes"], folder[name], Tokenizers.Tiny, options)).OrThrow();
        await foreach (TransitionEpisode episode in TransitionDataset.OpenReader(folder[name]).OrThrow().ReadAsync())
        {
            return episode;
        }
        throw new InvalidOperationException("No episode was converted.");
    }

    private static StoredEpisode WithJpeg(StoredEpisode episode) =>
        new(
            episode.Id,
            episode.Environment,
            episode.Seed,
            episode.Policy,
            [
                .. episode.Turns.Select(turn => new StoredTurn(
                    turn.Observation with
                    {
                        Picture = Jpeg,
                    },
                    turn.Reply,
                    turn.Action,
                    turn.Reward,
                    turn.Terminated,
                    turn.Truncated
                )),
            ],
            episode.FinalObservation,
            episode.Success
        );
}
