using System.Collections.Immutable;
using VlmQ.Cli.Configuration;
using VlmQ.Cli.Pipelines.Stages;
using VlmQ.Cli.Reports;
using VlmQ.Core.Imaging;
using VlmQ.Core.Tokens;
using VlmQ.Datasets.Images;
using VlmQ.Datasets.Reading;
using VlmQ.Datasets.Streaming;
using VlmQ.Datasets.Tokenization;
using VlmQ.Datasets.Transitions;
using VlmQ.Learning;
using VlmQ.Models;
using VlmQ.Models.Kernels;

namespace VlmQ.Cli.Pipelines;

/// <summary>Picks turns of the training data for the report and asks the trained critics about them.</summary>
internal static class SampleTurns
{
    /// <summary>Turns to choose from.</summary>
    private const int Candidates = 64;

    /// <summary>Turns to show of those that parsed, and of those that did not.</summary>
    private const int OfEachKind = 4;

    /// <summary>Turns of the run's first collected data set, as the AFSFT model sees them; none where no such model was trained.</summary>
    public static async Task<ImmutableArray<SampleTurn>> OfRunAsync(
        PipelineConfiguration pipeline,
        RunFolder folder,
        TextTokenizer tokenizer,
        CancellationToken token
    )
    {
        if (!pipeline.Methods.Contains(Method.Afsft) || pipeline.Data.FirstOrDefault(set => set.Mix is null) is not { } first)
        {
            return [];
        }
        string data = first.Name;
        long seed = pipeline.Seeds[0];
        DatasetReader<TransitionEpisode> reader = TransitionDataset.OpenReader(folder.Transitions(data, seed)).OrThrow();
        int candidates = (int)Math.Min(Candidates, reader.Manifest.Turns);
        TransitionStreamOptions options = new()
        {
            WindowTurns = 1,
            BatchWindows = candidates,
            Seed = seed,
        };
        TransitionStream stream = (await TransitionStream.OpenAsync(reader, options, token).ConfigureAwait(false)).OrThrow();
        string checkpoint = Path.Combine(folder.Model(data, seed, "afsft"), TrainStage.CheckpointName);
        using VisionLanguageModel model = Checkpoint.LoadModel(checkpoint, Kernels.Best).OrThrow();
        AfsftOptions loss = TrainOptions.LearnerOf(pipeline.Train, Method.Afsft, 1).Loss;
        await foreach (StreamedBatch batch in stream.ReadAsync(null, token).ConfigureAwait(false))
        {
            using (batch)
            {
                return Choose(Describe(batch.Batch, TurnInspector.Inspect(model, batch.Batch, loss), tokenizer, $"{data}, seed {seed}"));
            }
        }
        return [];
    }

    /// <summary>A few turns that parsed, and a few that did not.</summary>
    private static ImmutableArray<SampleTurn> Choose(IReadOnlyList<SampleTurn> turns) =>
        [.. turns.Where(turn => turn.Valid).Take(OfEachKind), .. turns.Where(turn => !turn.Valid).Take(OfEachKind)];

    private static List<SampleTurn> Describe(
        TurnBatch batch,
        ImmutableArray<ImmutableArray<TokenReport>> reports,
        TextTokenizer tokenizer,
        string label
    )
    {
        List<SampleTurn> turns = [];
        for (int row = 0; row < batch.Rows; row++)
        {
            if (batch.ReplyLengths[row] == 0)
            {
                continue;
            }
            int bytes = batch.ImageWidth * batch.ImageHeight * 3;
            RgbImage image = new(batch.ImageWidth, batch.ImageHeight, [.. batch.Images.AsSpan(row * bytes, bytes)]);
            int last = batch.ReplyLengths[row] - 1;
            turns.Add(
                new SampleTurn(
                    label,
                    [.. PictureCodec.Encode(image)],
                    tokenizer.Decode(batch.PromptIds.AsSpan(row * batch.PromptWidth, batch.PromptLengths[row])),
                    batch.Rewards[(row * batch.ReplyWidth) + last],
                    batch.Valid[row],
                    [.. reports[turns.Count].Select(token => Describe(token, tokenizer))]
                )
            );
        }
        return turns;
    }

    private static SampleToken Describe(TokenReport token, TextTokenizer tokenizer) =>
        new(tokenizer.Decode([token.TokenId]), token.Probability, token.Value, token.StateValue, token.Advantage, token.Weight > 0);
}
