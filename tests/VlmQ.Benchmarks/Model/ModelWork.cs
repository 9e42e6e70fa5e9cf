using System.Text.Json;
using TorchSharp;
using TorchSharp.Modules;
using VlmQ.Core.Episodes;
using VlmQ.Core.Tokens;
using VlmQ.Learning;
using VlmQ.Models;
using VlmQ.Models.Lora;
using VlmQ.Models.Safetensors;
using static TorchSharp.torch;

namespace VlmQ.Benchmarks.Model;

/// <summary>Steps of a published architecture with random weights, on turns that are made ready before.</summary>
internal abstract class ModelWork : IDisposable
{
    private const int Rank = 16;
    private const double Alpha = 32;

    // Every linear layer of the text models, and none of the vision towers.
    private static readonly LoraOptions Lora = new(Rank, Alpha, [@".*(transformer\.h|text\.blocks|lang_model\.model\.layers)\.\d+\..*"])
    {
        TargetIsExpression = true,
    };

    // What the other side computes too: no trace, no warm-up, expectations over the whole vocabulary.
    private static readonly LearnerOptions Training = new()
    {
        Loss = new AfsftOptions
        {
            Filter = new AdvantageFilter.Binary(0),
            FilterWarmupSteps = 0,
            FilterAnnealSteps = 0,
            Trace = 0,
            MinimumProbability = 0,
        },
        LearningRate = 1e-4,
        WarmupSteps = 0,
        Decay = LearningRateDecay.Constant,
        Lora = Lora,
    };

    private readonly ReplyLayout _layout;
    private readonly Learner? _learner;

    /// <param name="settings">What is measured.</param>
    /// <param name="turns">On which turns.</param>
    /// <param name="model">The model, whose weights are filled here; owned from now on.</param>
    protected ModelWork(WorkSettings settings, RandomTurns turns, VisionLanguageModel model)
    {
        Settings = settings;
        Turns = turns;
        Model = model;
        RandomTurns.Fill(model, settings.IsFull ? 0.02 : 0.1);
        if (settings.Folder is { } folder)
        {
            ReadWeights(model, folder);
        }
        model.to(settings.Device);
        Batch = turns.Batch(model.ImagePlaceholder);
        _layout = new ReplyLayout(Batch);
        _learner = settings.Adapts ? new Learner(model, Training) : null;
        Input = model.Prepare(Batch, _layout.TrainedRows);
    }

    /// <summary>The other side's script, in this folder.</summary>
    public abstract string Script { get; }

    /// <summary>Positions of a row, image embeddings counted.</summary>
    public abstract int Length { get; }

    /// <summary>Positions of a step.</summary>
    public int Positions => Turns.Rows * Length;

    /// <summary>Operations of a step on adapters: multiply-adds count twice, nothing that is computed again counts.</summary>
    public double Operations => StepCost.Of(Model, Lora, Rank, Turns, Length, TextLayers) + (Turns.Rows * ImageOperations);

    /// <summary>What is measured.</summary>
    protected WorkSettings Settings { get; }

    /// <summary>The turns.</summary>
    protected RandomTurns Turns { get; }

    /// <summary>The model.</summary>
    protected VisionLanguageModel Model { get; }

    /// <summary>The turns as a batch.</summary>
    protected TurnBatch Batch { get; }

    /// <summary>The turns as the model reads them.</summary>
    protected TurnInput Input { get; }

    /// <summary>Layers and width of the text model.</summary>
    protected abstract (int Layers, int Width) TextLayers { get; }

    /// <summary>Operations between a frozen tower's features and the text model, for one picture.</summary>
    protected abstract double ImageOperations { get; }

    /// <summary>One step; gives its loss.</summary>
    public double Step() => _learner is null ? RandomTurns.Step(Model, Input, Batch) : _learner.Step(Batch, _layout, Input, null).Loss;

    /// <summary>Writes what the other side needs to compute the same. To be done before the first step.</summary>
    public void Write(string folder)
    {
        string PathOf(string name) => Path.Combine(folder, name + ".safetensors");
        SafetensorsWriter.Write(
            PathOf("model"),
            Model
                .named_parameters()
                .Where(pair => Settings.Adapts || !pair.name.StartsWith("critics.", StringComparison.Ordinal))
                .Select(pair => KeyValuePair.Create<string, Tensor>(pair.name, pair.parameter))
        );
        Dictionary<string, object> work = new()
        {
            ["family"] = Model.Family,
            ["device"] = Settings.Device.type == DeviceType.CUDA ? "cuda" : "cpu",
            ["step"] = Settings.Adapts ? "afsft" : "fit",
        };
        using DisposeScope scope = NewDisposeScope();
        Dictionary<string, Tensor> inputs = new() { ["answer"] = Turns.Answers(Batch) };
        if (_learner is not null)
        {
            LoraAdapters adapters = Model.Adapters[AdapterSet.DefaultName];
            SafetensorsWriter.Write(
                PathOf("adapters"),
                adapters.NamedParameters().Select(pair => KeyValuePair.Create<string, Tensor>(pair.Name, pair.Parameter))
            );
            inputs["rewards"] = tensor(Batch.Rewards, [Turns.Rows, Turns.AnswerTokens]);
            work["scale"] = Lora.Scale;
            work["critics"] = Model.Critics.Count;
            work["critic_weight"] = Training.Loss.CriticWeight;
            work["target_rate"] = Training.Loss.TargetRate;
            work["learning_rate"] = Training.LearningRate;
        }
        Describe(inputs, work);
        SafetensorsWriter.Write(PathOf("work"), inputs);
        File.WriteAllText(Path.Combine(folder, "work.json"), JsonSerializer.Serialize(work));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Input.Dispose();
        _learner?.Dispose();
        Model.Dispose();
    }

    // The critics stay random: published checkpoints have none.
    private static void ReadWeights(VisionLanguageModel model, string folder)
    {
        using SafetensorsCheckpoint checkpoint = SafetensorsCheckpoint.Open(folder).OrThrow();
        foreach ((string name, Parameter parameter) in model.named_parameters())
        {
            if (!name.StartsWith("critics.", StringComparison.Ordinal))
            {
                checkpoint.ReadInto(name, parameter);
            }
        }
    }

    /// <summary>Adds the pictures, the text and the sizes.</summary>
    protected abstract void Describe(Dictionary<string, Tensor> inputs, Dictionary<string, object> work);
}
