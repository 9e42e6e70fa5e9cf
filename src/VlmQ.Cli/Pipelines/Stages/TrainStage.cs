using System.Globalization;
using System.Text.Json;
using TorchSharp;
using VlmQ.Cli.Configuration;
using VlmQ.Cli.Terminal;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Reading;
using VlmQ.Datasets.Streaming;
using VlmQ.Datasets.Tokenization;
using VlmQ.Datasets.Transitions;
using VlmQ.Learning;
using VlmQ.Models;
using VlmQ.Models.Kernels;

namespace VlmQ.Cli.Pipelines.Stages;

/// <summary>Trains one model on one dataset of transitions; a folder that holds a checkpoint of the same training goes on from it.</summary>
internal sealed record TrainStage
{
    public const string CheckpointName = "checkpoint";
    public const string MetricsName = "metrics.jsonl";

    private static readonly JsonSerializerOptions LineOptions = new(Shell.JsonOptions) { WriteIndented = false };

    /// <summary>The folder of the transitions.</summary>
    public required string Transitions { get; init; }

    public required TextTokenizer Tokenizer { get; init; }

    public required TrainConfiguration Train { get; init; }

    public required Method Method { get; init; }

    public required long Seed { get; init; }

    public required int Steps { get; init; }

    public int Threads { get; init; } = 1;

    public int Workers { get; init; } = 1;

    /// <summary>Written into every line of metrics: the data set's name.</summary>
    public string Data { get; init; } = "";

    public async Task<Result<TrainOutcome>> RunAsync(string name, string folder, IProgressBoard board, CancellationToken token)
    {
        DatasetReader<TransitionEpisode> reader = TransitionDataset.OpenReader(Transitions, new DatasetReaderOptions { AllowIncomplete = false }).OrThrow();
        if (TransitionDataset.CheckTokenizer(reader.Manifest, Tokenizer.Digest, Transitions) is { } fault)
        {
            return fault;
        }
        TransitionStreamOptions options = new() { WindowTurns = Train.WindowTurns, BatchWindows = Train.BatchWindows, Seed = Seed, Workers = Workers };
        TransitionStream stream = (await TransitionStream.OpenAsync(reader, options, token).ConfigureAwait(false)).OrThrow();
        if (stream.ImageWidth != stream.ImageHeight)
        {
            return Fault.Data($"the pictures are {stream.ImageWidth}×{stream.ImageHeight}; this model takes square ones", Transitions, "convert with --image-size");
        }
        TinyVlmConfig sizes = TrainOptions.ModelOf(Train, Tokenizer.Count, Tokenizer.ImageToken, stream.ImageWidth).OrThrow();
        // Tensors belong to the thread that makes them: the whole training stays on one.
        return await Task.Factory.StartNew(
            () => Run(name, folder, stream, sizes, board, token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
    }

    private Result<TrainOutcome> Run(string name, string folder, TransitionStream stream, TinyVlmConfig sizes, IProgressBoard board, CancellationToken token)
    {
        torch.set_num_threads(Threads);
        using TinyVlm model = new(sizes, Seed, Kernels.Best, TrainOptions.PrecisionOf(Train));
        string checkpoint = Path.Combine(folder, CheckpointName);
        LearnerOptions options = TrainOptions.LearnerOf(Train, Method, Math.Max(1, Steps));
        using Learner learner = new(model, options, Seed);
        TrainState state = Resume(checkpoint, learner).OrThrow();
        int steps = Method == Method.Base ? 0 : Steps;
        if (learner.StepsDone >= steps && Directory.Exists(checkpoint))
        {
            return new TrainOutcome(checkpoint, (int)learner.StepsDone, state.CpuSeconds);
        }
        Directory.CreateDirectory(folder);
        using MetricsFile metrics = MetricsFile.Open(Path.Combine(folder, MetricsName), learner.StepsDone);
        if (steps > 0)
        {
            state = Descend(name, stream, learner, state, steps, metrics, checkpoint, board, token);
        }
        metrics.Flush();
        Checkpoint.Save(checkpoint, learner, Tokenizer.Digest, state.ToString());
        return new TrainOutcome(checkpoint, steps, state.CpuSeconds);
    }

    private TrainState Descend(
        string name, TransitionStream stream, Learner learner, TrainState start, int steps, MetricsFile metrics, string checkpoint, IProgressBoard board, CancellationToken token)
    {
        using IProgressLine line = board.Begin(name, steps, "steps");
        TimeSpan begun = Environment.CpuUsage.TotalTime;
        TrainState state = start;
        foreach (StreamedBatch item in stream.ReadAsync(start.Position, token).ToBlockingEnumerable(token))
        {
            using StreamedBatch batch = item;
            StepMetrics step = learner.Step(batch.Batch);
            state = new TrainState(batch.Next.Epoch, batch.Next.Window, start.CpuSeconds + (Environment.CpuUsage.TotalTime - begun).TotalSeconds);
            bool last = learner.StepsDone >= steps;
            if (last || learner.StepsDone % Train.LogEvery == 0)
            {
                metrics.Write(JsonSerializer.Serialize(new { data = Data, method = Method, seed = Seed, metrics = step, cpu_seconds = Math.Round(state.CpuSeconds, 3) }, LineOptions));
            }
            line.Report(learner.StepsDone, string.Create(CultureInfo.InvariantCulture, $"loss {step.Loss:f3}, kept {step.Kept:p0}"));
            if (last)
            {
                break;
            }
            if (learner.StepsDone % Train.CheckpointEvery == 0)
            {
                metrics.Flush();
                Checkpoint.Save(checkpoint, learner, Tokenizer.Digest, state.ToString());
            }
        }
        return state;
    }

    private Result<TrainState> Resume(string checkpoint, Learner learner)
    {
        if (!Directory.Exists(checkpoint))
        {
            return new TrainState(0, 0, 0);
        }
        Result<CheckpointInfo> read = Checkpoint.ReadInfo(checkpoint);
        if (read is Result<CheckpointInfo>.Failed failed)
        {
            return failed.Fault;
        }
        CheckpointInfo info = read.OrThrow();
        return info.TokenizerDigest != Tokenizer.Digest || JsonSerializer.Serialize(info.Options) != JsonSerializer.Serialize(learner.Options)
            ? Fault.Configuration("the checkpoint is of another training", checkpoint, "choose another --out, or remove the folder")
            : Checkpoint.Restore(checkpoint, learner).Map(restored => TrainState.Parse(restored.DataCursor));
    }
}
