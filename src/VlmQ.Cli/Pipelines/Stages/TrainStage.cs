using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using TorchSharp;
using VlmQ.Cli.Configuration;
using VlmQ.Cli.Models;
using VlmQ.Cli.Terminal;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Reading;
using VlmQ.Datasets.Streaming;
using VlmQ.Datasets.Tokenization;
using VlmQ.Datasets.Transitions;
using VlmQ.Learning;
using VlmQ.Models;
using VlmQ.Models.Families;
using VlmQ.Models.Kernels;

namespace VlmQ.Cli.Pipelines.Stages;

/// <summary>Trains one model on one or several datasets of transitions; a folder that holds a checkpoint of the same training goes on from it.</summary>
internal sealed record TrainStage
{
    public const string CheckpointName = "checkpoint";
    public const string MetricsName = "metrics.jsonl";

    private static readonly JsonSerializerOptions LineOptions = new(Shell.JsonOptions) { WriteIndented = false };

    /// <summary>What is trained on, at least one; several are mixed by weight.</summary>
    public required ImmutableArray<TrainingData> Transitions { get; init; }

    public required TextTokenizer Tokenizer { get; init; }

    public required TrainConfiguration Train { get; init; }

    /// <summary>The model that is trained on; null for one that is trained from scratch, of the sizes that <see cref="Train"/> names.</summary>
    public NamedModel? Model { get; init; }

    public required Method Method { get; init; }

    public required long Seed { get; init; }

    public required int Steps { get; init; }

    public Computing Computing { get; init; } = new();

    public int Workers { get; init; } = 1;

    /// <summary>Written into every line of metrics: the data set's name.</summary>
    public string Data { get; init; } = "";

    /// <summary>Trains.</summary>
    /// <param name="name">What the progress line is called.</param>
    /// <param name="folder">Where checkpoint and metrics go.</param>
    /// <param name="board">Shows progress.</param>
    /// <param name="token">Stops it after the update under way; a checkpoint is written first.</param>
    public async Task<Result<TrainOutcome>> RunAsync(string name, string folder, IProgressBoard board, CancellationToken token)
    {
        if ((TrainOptions.CheckSupport(Train.Afsft) ?? TrainingRecord.Refusal(folder)) is { } refused)
        {
            return refused;
        }
        ImmutableArray<StreamSource> sources = [.. Transitions.Select(data => data.Open(token).OrThrow())];
        foreach (DatasetReader<TransitionEpisode> reader in sources.Select(source => source.Reader))
        {
            if (TransitionDataset.CheckTokenizer(reader.Manifest, Tokenizer.Digest, reader.Folder) is { } fault)
            {
                return fault;
            }
        }
        TransitionStreamOptions options = new()
        {
            WindowTurns = Train.WindowTurns,
            BatchWindows = Train.BatchWindows,
            Seed = Seed,
            Workers = Workers,
            ImageSize = Train.ImageSize,
        };
        TransitionStream stream = (await TransitionStream.OpenAsync(sources, options, token).ConfigureAwait(false)).OrThrow();
        if (Model is null && stream.ImageWidth != stream.ImageHeight)
        {
            string what = $"the pictures are {stream.ImageWidth}×{stream.ImageHeight}; this model takes square ones";
            return Fault.Data(what, sources[0].Reader.Folder, "set train.image_size, or convert with --image-size");
        }
        TinyVlmConfig? sizes = Model is null
            ? TrainOptions.ModelOf(Train, Tokenizer.Count, Tokenizer.ImageToken, stream.ImageWidth).OrThrow()
            : null;
        ModelDescription description = Model?.Description ?? new TinyVlmDescription(sizes!);
        if (TrainOptions.CheckAdapters(Train.Lora, description) is { } wrongAdapters)
        {
            return wrongAdapters;
        }
        TrainingRecord record = TrainingRecord.Of(this, sources);
        // Tensors belong to the thread that makes them: the whole training stays on one.
        return await Task
            .Factory.StartNew(
                () => Run(name, folder, record, stream, sizes, board, token),
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default
            )
            .ConfigureAwait(false);
    }

    private Result<TrainOutcome> Run(
        string name,
        string folder,
        TrainingRecord record,
        TransitionStream stream,
        TinyVlmConfig? sizes,
        IProgressBoard board,
        CancellationToken token
    )
    {
        torch.Device device = Computing.Begin().OrThrow();
        string checkpoint = Path.Combine(folder, CheckpointName);
        bool resumes = Checkpoint.Exists(checkpoint) || Directory.Exists(checkpoint);
        if (resumes && record.Conflict(folder) is { } conflict)
        {
            return conflict;
        }
        using VisionLanguageModel model = sizes is null
            ? ModelFolder.Load(Model!.Folder, TrainOptions.LoadOf(Train, Method, Model, Tokenizer, Seed) with { Device = device }).OrThrow()
            : new TinyVlm(sizes, Seed, Kernels.Best, TrainOptions.PrecisionOf(Train)).to(device);
        using Learner learner = new(model, TrainOptions.LearnerOf(Train, Method, Math.Max(1, Steps), Model), Seed);
        TrainState state = resumes
            ? Checkpoint
                .Restore(checkpoint, learner)
                .Bind(info => TrainState.Parse(info.DataCursor, Transitions.Length, checkpoint))
                .OrThrow()
            : TrainState.Start;
        int steps = Method == Method.Base ? 0 : Steps;
        if (resumes && learner.StepsDone >= steps)
        {
            return new TrainOutcome(checkpoint, (int)learner.StepsDone, state.CpuSeconds);
        }
        record.Write(folder);
        using MetricsFile metrics = MetricsFile.Open(Path.Combine(folder, MetricsName), learner.StepsDone);
        if (steps > 0)
        {
            using IProgressLine line = board.Begin(name, steps, "steps", learner.StepsDone);
            state = Descend(stream, learner, state, steps, metrics, checkpoint, line, token);
        }
        Save(checkpoint, learner, state, metrics);
        return new TrainOutcome(checkpoint, steps, state.CpuSeconds);
    }

    /// <summary>Updates until the last step; where it is stopped before, the checkpoint is of the last whole update.</summary>
    private TrainState Descend(
        TransitionStream stream,
        Learner learner,
        TrainState start,
        int steps,
        MetricsFile metrics,
        string checkpoint,
        IProgressLine line,
        CancellationToken token
    )
    {
        TimeSpan begun = Environment.CpuUsage.TotalTime;
        TrainState state = start;
        try
        {
            using IEnumerator<StreamedBatch> batches = stream.ReadAsync(start.Position, token).ToBlockingEnumerable(token).GetEnumerator();
            WaitMeter waits = new();
            while (waits.Next(batches))
            {
                using StreamedBatch batch = batches.Current;
                StepMetrics step = learner.Step(batch.Batch);
                double seconds = start.CpuSeconds + (Environment.CpuUsage.TotalTime - begun).TotalSeconds;
                state = new TrainState(batch.Next, seconds);
                line.Report(learner.StepsDone, NoteOf(step));
                bool last = learner.StepsDone >= steps;
                if (last || learner.StepsDone % Train.LogEvery == 0)
                {
                    metrics.Write(LineOf(step, seconds, waits.Share));
                    waits.Restart();
                }
                if (last)
                {
                    break;
                }
                if (learner.StepsDone % Train.CheckpointEvery == 0)
                {
                    Save(checkpoint, learner, state, metrics);
                }
                token.ThrowIfCancellationRequested();
            }
        }
        catch (OperationCanceledException)
        {
            Save(checkpoint, learner, state, metrics);
            throw;
        }
        return state;
    }

    private void Save(string checkpoint, Learner learner, TrainState state, MetricsFile metrics)
    {
        metrics.Flush();
        Checkpoint.Save(checkpoint, learner, Tokenizer.Digest, state.ToString());
    }

    private string LineOf(StepMetrics step, double cpuSeconds, double dataWait) =>
        JsonSerializer.Serialize(
            new
            {
                data = Data,
                method = Method,
                seed = Seed,
                metrics = step,
                cpu_seconds = Math.Round(cpuSeconds, 3),
                data_wait = Math.Round(dataWait, 4),
            },
            LineOptions
        );

    private string NoteOf(StepMetrics step) =>
        Method == Method.Afsft
            ? string.Create(CultureInfo.InvariantCulture, $"loss {step.Loss:f3}, {100 * step.Kept:f0}% of the tokens kept")
            : string.Create(CultureInfo.InvariantCulture, $"loss {step.Loss:f3}");
}
