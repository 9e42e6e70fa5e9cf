using System.Collections.Immutable;
using VlmQ.Cli.Configuration;
using VlmQ.Cli.Models;
using VlmQ.Cli.Pipelines.Stages;
using VlmQ.Cli.Reports;
using VlmQ.Cli.Terminal;
using VlmQ.Collection;
using VlmQ.Core.Environments;
using VlmQ.Core.Episodes;
using VlmQ.Core.Prompting;
using VlmQ.Datasets.Conversion;
using VlmQ.Datasets.Tokenization;
using VlmQ.Models.Devices;
using VlmQ.Models.Families;

namespace VlmQ.Cli.Pipelines;

/// <summary>
/// Runs a pipeline: for each data set and seed collect, convert, and for each method train and evaluate; then report. What an earlier
/// run of the same configuration finished is not done again.
/// </summary>
internal sealed class PipelineRunner
{
    private readonly PipelineConfiguration _pipeline;
    private readonly RunFolder _folder;
    private readonly IEnvironment _environment;
    private readonly FoundModels _models;
    private readonly NamedModel? _model;
    private readonly PromptSource _prompts;
    private readonly PromptTemplate _template;
    private readonly TextTokenizer _tokenizer;
    private readonly ReplyRules _replies;

    private PipelineRunner(
        PipelineConfiguration pipeline,
        RunFolder folder,
        IEnvironment environment,
        FoundModels models,
        NamedModel? model,
        PromptSource prompts,
        PromptTemplate template,
        TextTokenizer tokenizer,
        ReplyRules replies
    )
    {
        _pipeline = pipeline;
        _folder = folder;
        _environment = environment;
        _models = models;
        _model = model;
        _prompts = prompts;
        _template = template;
        _tokenizer = tokenizer;
        _replies = replies;
    }

    /// <summary>Looks up everything that the configuration names, before anything is written.</summary>
    public static Result<PipelineRunner> Create(PipelineConfiguration pipeline, RunFolder folder)
    {
        try
        {
            IEnvironment environment = EnvironmentCatalog.Find(pipeline.Environment).OrThrow();
            ComputeDevice.Of(pipeline.Device, "device").OrThrow();
            FoundModels models = new();
            NamedModel? model = pipeline.Model is { } name ? models.Find(name).OrThrow() : null;
            string chat = pipeline.Convert.Chat ?? model?.Description.Chat ?? ChatFormat.NoneName;
            PromptSource prompts = Prompts.Load(pipeline.Convert.Template, chat).OrThrow();
            PromptTemplate template = prompts.For(environment.Id).OrThrow();
            string? named = pipeline.Convert.Tokenizer;
            TextTokenizer tokenizer = (model?.LoadTokenizer(named) ?? Tokenizers.Load(named ?? Tokenizers.Default)).OrThrow();
            ReplyRules replies = ReplyRules.Of(pipeline.Replies.Parser, pipeline.Replies.Penalty, pipeline.Replies.Invalid).OrThrow();
            PipelineCheck check = new(pipeline, environment, models, model, template, tokenizer, replies);
            if (check.Run() is { } fault)
            {
                return fault;
            }
            return new PipelineRunner(pipeline, folder, environment, models, model, prompts, template, tokenizer, replies);
        }
        catch (FaultException error)
        {
            return error.Fault;
        }
    }

    /// <summary>Runs it.</summary>
    public async Task<Result<RunSummary>> RunAsync(Shell shell, CancellationToken token)
    {
        Provenance provenance = new(_pipeline, _tokenizer, _template, _model?.Digest);
        if (RunIdentity.Conflict(_folder, _pipeline) is { } conflict)
        {
            return conflict;
        }
        if (!File.Exists(_folder.Run))
        {
            RunFolder.WriteJson(_folder.Run, provenance.Document(complete: false));
        }
        RunSummary summary = new([], []);
        ImmutableArray<SampleTurn> samples;
        await using (IProgressBoard board = shell.Progress())
        {
            foreach (DataConfiguration data in _pipeline.Data)
            {
                foreach (long seed in _pipeline.Seeds)
                {
                    Cell cell = new(data, seed);
                    if (await PrepareAsync(cell, provenance, board, token).ConfigureAwait(false) is { } collected)
                    {
                        summary = summary with { Collected = summary.Collected.Add(collected) };
                    }
                    foreach (Method method in _pipeline.Methods)
                    {
                        token.ThrowIfCancellationRequested();
                        var judged = await JudgeAsync(cell, method, provenance, board, token).ConfigureAwait(false);
                        summary = summary with { Results = summary.Results.AddRange(judged.OrThrow()) };
                        RunFolder.WriteJson(_folder.Summary, summary);
                    }
                }
            }
            samples = await SampleTurns.OfRunAsync(_pipeline, _folder, _tokenizer, token).ConfigureAwait(false);
        }
        string[] metrics = [.. MetricsFiles().Where(File.Exists).SelectMany(file => MetricsFile.Read(file).OrThrow())];
        RunFolder.WriteLines(_folder.Metrics, metrics);
        provenance.AddFile("metrics.jsonl", _folder.Metrics);
        RunFolder.WriteJson(_folder.Run, provenance.Document(complete: true));
        ReportData report = ReportBuilder.Build(_pipeline, summary, metrics, samples, provenance);
        RunFolder.WriteText(_folder.Report, HtmlReport.Render(report));
        return summary;
    }

    /// <summary>Collects and converts the cell's data: the replies in it; null for a mix, which has its data already.</summary>
    /// <exception cref="FaultException">It cannot be collected or converted.</exception>
    private async Task<CollectedReplies?> PrepareAsync(Cell cell, Provenance provenance, IProgressBoard board, CancellationToken token)
    {
        if (cell.Data.Mix is not null)
        {
            foreach (TrainingData data in DataOf(cell).Where((_, i) => cell.Data.Mix.Value[i].Path is not null))
            {
                provenance.AddInput(data.Location, data.Open(token).OrThrow().Reader.Manifest);
            }
            return null;
        }
        string episodes = _folder.Episodes(cell.Data.Name, cell.Seed);
        string transitions = _folder.Transitions(cell.Data.Name, cell.Seed);
        PolicySources sources = PolicySources.Of(_pipeline, cell.Data, _models, _tokenizer, _replies.Parser);
        using ChosenPolicy chosen = ChosenPolicy.Of(cell.Data.PolicySettings(), [_environment], sources).OrThrow();
        CollectStage collect = new()
        {
            Environment = _environment,
            Policy = chosen.Policy,
            Lanes = chosen.Lanes ?? new CollectOptions().Lanes,
            PolicySettings = chosen.Settings,
            Observations = _pipeline.Observations,
            Template = _template,
            Seed = cell.Seed,
            Replies = _replies,
            Turns = cell.Data.Turns,
            Workers = _pipeline.Workers,
        };
        CollectOutcome collected = (await collect.RunAsync($"collect {cell.Name}", episodes, board, token).ConfigureAwait(false)).OrThrow();
        provenance.AddDataset(episodes, _folder.Root, collected.Manifest);
        ConversionOptions options = new()
        {
            Prompts = _prompts,
            ImageSize = _pipeline.Convert.ImageSize,
            ReplyLimit = _pipeline.Convert.ReplyLimit,
            Workers = _pipeline.Workers,
        };
        Result<ConversionSummary> converted = await ConvertStage
            .RunAsync($"convert {cell.Name}", episodes, transitions, _tokenizer, options, board, token)
            .ConfigureAwait(false);
        provenance.AddDataset(transitions, _folder.Root, converted.OrThrow().Manifest);
        return new CollectedReplies(cell.Data.Name, cell.Seed, collected.Replies.Facts);
    }

    /// <summary>Trains and evaluates one method on the cell's data.</summary>
    private async Task<Result<ImmutableArray<SummaryResult>>> JudgeAsync(
        Cell cell,
        Method method,
        Provenance provenance,
        IProgressBoard board,
        CancellationToken token
    )
    {
        string name = YamlBinder.KeyOf(method.ToString());
        Computing computing = new(_pipeline.Threads, _pipeline.Device);
        string folder = _folder.Model(cell.Data.Name, cell.Seed, name);
        TrainStage train = new()
        {
            Transitions = DataOf(cell),
            Tokenizer = _tokenizer,
            Model = _model,
            Train = _pipeline.Train,
            Method = method,
            Seed = cell.Seed,
            Steps = method == Method.Base ? 0 : cell.Data.Steps ?? _pipeline.Train.Steps,
            Computing = computing,
            Workers = 1,
            Data = cell.Data.Name,
        };
        Result<TrainOutcome> trained = await train.RunAsync($"train {name} on {cell.Name}", folder, board, token).ConfigureAwait(false);
        if (trained is Result<TrainOutcome>.Failed failed)
        {
            return failed.Fault;
        }
        TrainOutcome outcome = trained.OrThrow();
        string key = string.Concat(WeightsOf(outcome.Checkpoint).Select(Noted)) + provenance.EvaluationKey();
        string cached = Path.Combine(folder, "results.json");
        if (RunFolder.ReadJson<CachedResults>(cached) is { } earlier && earlier.Key == key)
        {
            return earlier.Results;
        }
        EvaluateStage evaluate = new()
        {
            Environment = _environment,
            Template = _template,
            Evaluate = _pipeline.Evaluate,
            Observations = _pipeline.Observations,
            Replies = _replies,
            Seed = cell.Seed,
        };
        using TrainedModel model = TrainedModel.Open(outcome.Checkpoint, _tokenizer, computing).OrThrow();
        Result<ImmutableArray<Evaluated>> played = await evaluate
            .RunAsync(
                $"evaluate {name} on {cell.Name}",
                model.Players(_pipeline.Evaluate, _pipeline.Convert.ReplyLimit, _replies.Parser),
                board,
                token
            )
            .ConfigureAwait(false);
        return played.Map(all =>
        {
            ImmutableArray<SummaryResult> rows =
            [
                .. all.Select(one => new SummaryResult(one.Played)
                {
                    Env = _environment.Id,
                    Data = cell.Data.Name,
                    Method = name,
                    Seed = cell.Seed,
                    Decoding = one.Player.Name,
                    TrainCpuSeconds = Math.Round(outcome.CpuSeconds, 2),
                    TrainSteps = outcome.Steps,
                }),
            ];
            RunFolder.WriteJson(cached, new CachedResults(key, rows));
            return rows;
        });

        string Noted(string file) => provenance.AddFile(Path.GetRelativePath(_folder.Root, file), file);
    }

    /// <summary>The files of a checkpoint that decide what its model answers.</summary>
    private static IEnumerable<string> WeightsOf(string checkpoint) =>
        Directory
            .EnumerateFiles(checkpoint, "*.safetensors")
            .Where(file => Path.GetFileName(file) != "optimizer.safetensors")
            .Order(StringComparer.Ordinal);

    /// <summary>The transitions that a cell's models are trained on.</summary>
    private ImmutableArray<TrainingData> DataOf(Cell cell) =>
        cell.Data.Mix is { } mix
            ? [.. mix.Select(part => new TrainingData(part.Path ?? _folder.Transitions(part.Data!, cell.Seed), part.Weight, part.Follow))]
            : [new TrainingData(_folder.Transitions(cell.Data.Name, cell.Seed))];

    private IEnumerable<string> MetricsFiles() =>
        from data in _pipeline.Data
        from seed in _pipeline.Seeds
        from method in _pipeline.Methods
        select Path.Combine(_folder.Model(data.Name, seed, YamlBinder.KeyOf(method.ToString())), TrainStage.MetricsName);

    private sealed record CachedResults(string Key, ImmutableArray<SummaryResult> Results);
}
