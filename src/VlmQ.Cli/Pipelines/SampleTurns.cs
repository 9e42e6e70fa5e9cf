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
    private const int Windows = 8;

    /// <summary>Turns of the run's first data set, as the AFSFT model sees them; none where no such model was trained.</summary>
    public static async Task<List<SampleTurn>> OfRunAsync(PipelineConfiguration pipeline, RunFolder folder, TextTokenizer tokenizer, CancellationToken token)
    {
        if (!pipeline.Methods.Contains(Method.Afsft))
        {
            return [];
        }
        string data = pipeline.Data[0].Name;
        long seed = pipeline.Seeds[0];
        DatasetReader<TransitionEpisode> reader = TransitionDataset.OpenReader(folder.Transitions(data, seed)).OrThrow();
        TransitionStreamOptions options = new() { WindowTurns = 1, BatchWindows = Windows, Seed = seed };
        TransitionStream stream = (await TransitionStream.OpenAsync(reader, options, token).ConfigureAwait(false)).OrThrow();
        string checkpoint = Path.Combine(folder.Model(data, seed, "afsft"), TrainStage.CheckpointName);
        await foreach (StreamedBatch batch in stream.ReadAsync(default, token).ConfigureAwait(false))
        {
            using (batch)
            {
                return Describe(batch.Batch, checkpoint, pipeline, tokenizer, $"{data}, seed {seed}");
            }
        }
        return [];
    }

    private static List<SampleTurn> Describe(TurnBatch batch, string checkpoint, PipelineConfiguration pipeline, TextTokenizer tokenizer, string label)
    {
        using VisionLanguageModel model = Checkpoint.LoadModel(checkpoint, Kernels.Best).OrThrow();
        AfsftOptions options = TrainOptions.LearnerOf(pipeline.Train, Method.Afsft, 1).Loss;
        ImmutableArray<ImmutableArray<TokenReport>> reports = TurnInspector.Inspect(model, batch, options);
        List<SampleTurn> turns = [];
        int place = 0;
        for (int row = 0; row < batch.Rows; row++)
        {
            if (batch.ReplyLengths[row] == 0)
            {
                continue;
            }
            int bytes = batch.ImageWidth * batch.ImageHeight * 3;
            RgbImage image = new(batch.ImageWidth, batch.ImageHeight, [.. batch.Images.AsSpan(row * bytes, bytes)]);
            ImmutableArray<TokenReport> tokens = reports[place++];
            int last = batch.ReplyLengths[row] - 1;
            turns.Add(new SampleTurn(
                $"{label}, turn {turns.Count + 1}",
                [.. PngCodec.Encode(image)],
                tokenizer.Decode(batch.PromptIds.AsSpan(row * batch.PromptWidth, batch.PromptLengths[row])),
                batch.Rewards[(row * batch.ReplyWidth) + last],
                batch.Valid[row],
                [.. tokens.Select(token => new SampleToken(tokenizer.Decode([token.TokenId]), token.Probability, token.Value, token.StateValue, token.Advantage, token.Weight > 0))]));
        }
        return turns;
    }
}
