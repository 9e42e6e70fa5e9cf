using System.Runtime.InteropServices;
using TorchSharp;
using TorchSharp.Modules;
using VlmQ.Core.Episodes;
using VlmQ.Core.Randomness;
using VlmQ.Core.Tokens;
using VlmQ.Models;
using VlmQ.Models.Kernels;
using VlmQ.Models.Layers;
using VlmQ.Models.Lora;
using static TorchSharp.torch;

namespace VlmQ.Learning;

/// <summary>
/// Trains a model on batches of turns, one optimizer step a batch. What a step does is a function of the model, the optimizer's state
/// and the batch alone: equal runs give equal bits on the same machine with the same number of threads.
/// </summary>
public sealed class Learner : IDisposable
{
    private readonly Parameter[] _parameters;
    private readonly AdamW _optimizer;
    private readonly RandomKey _dropoutKey;
    private readonly ChunkedHeads? _chunked;

    /// <summary>Makes the optimizer, and the adapters where the options ask for them. The model stays the caller's to dispose.</summary>
    /// <param name="model">The model to train, already on its device.</param>
    /// <param name="options">How.</param>
    /// <param name="seed">Starts adapters and chooses what their dropout leaves out.</param>
    /// <exception cref="FaultException">The options are not sound, or do not fit the model.</exception>
    public Learner(VisionLanguageModel model, LearnerOptions options, long seed = 0)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        if ((options.Check() ?? CheckModel(model, options)) is { } fault)
        {
            throw new FaultException(fault);
        }
        Model = model;
        Options = options;
        _dropoutKey = RandomKey.Of(seed, "lora-dropout");
        _chunked = ChunkedHeads.For(model, options.Loss, options.HeadChunk);
        if (options.Lora is { } lora && model.Adapters.IsEmpty)
        {
            model.Attach(new LoraAdapters(lora, model.AdaptableLinears, RandomKey.Of(seed, "lora")));
        }
        (string Name, Parameter Parameter)[] trainable = [.. model.TrainableParameters()];
        _parameters = [.. trainable.Select(pair => pair.Parameter)];
        _optimizer = optim.AdamW(
            [
                Group(trainable.Where(pair => Decays(pair.Name, pair.Parameter)), options.WeightDecay),
                Group(trainable.Where(pair => !Decays(pair.Name, pair.Parameter)), 0),
            ],
            options.LearningRate,
            options.Beta1,
            options.Beta2,
            options.Epsilon
        );
        Average = options.WeightAverageDecay > 0 ? new WeightAverage(model, options.WeightAverageDecay) : null;

        AdamW.ParamGroup Group(IEnumerable<(string, Parameter Parameter)> members, double decay) =>
            new(members.Select(pair => pair.Parameter), options.LearningRate, options.Beta1, options.Beta2, options.Epsilon, decay);
    }

    /// <summary>The model being trained.</summary>
    public VisionLanguageModel Model { get; }

    /// <summary>How it is trained.</summary>
    public LearnerOptions Options { get; }

    /// <summary>Steps done.</summary>
    public long StepsDone { get; internal set; }

    /// <summary>The moving average of the weights; null where the options ask for none.</summary>
    public WeightAverage? Average { get; }

    /// <summary>The optimizer, for checkpoints.</summary>
    internal AdamW Optimizer => _optimizer;

    /// <summary>Puts the weights that are to be evaluated into the model until the result is disposed.</summary>
    public IDisposable EvaluationWeights() => Average?.Apply() ?? new Nothing();

    /// <summary>One optimizer step on a batch.</summary>
    /// <exception cref="FaultException">The batch does not fit the model, or training has diverged.</exception>
    public StepMetrics Step(TurnBatch batch)
    {
        ReplyLayout layout = new(batch);
        using TurnInput trained = Model.Prepare(batch, layout.TrainedRows);
        using TurnInput? bootstrap =
            layout.BootstrapRows.Length > 0 && Options.Loss.TrainsCritics ? Model.Prepare(batch, layout.BootstrapRows) : null;
        return Step(batch, layout, trained, bootstrap);
    }

    /// <summary>One optimizer step on a batch whose rows are prepared already.</summary>
    /// <param name="batch">The turns.</param>
    /// <param name="layout">How their tokens are packed.</param>
    /// <param name="trained">The rows of <see cref="ReplyLayout.TrainedRows"/>.</param>
    /// <param name="bootstrap">The rows of <see cref="ReplyLayout.BootstrapRows"/>; null where there are none.</param>
    public StepMetrics Step(TurnBatch batch, ReplyLayout layout, TurnInput trained, TurnInput? bootstrap)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(layout);
        using DisposeScope scope = NewDisposeScope();
        double learningRate = Options.LearningRateAt(StepsDone);
        foreach (optim.ILearningRateController group in _optimizer.ParamGroups)
        {
            group.LearningRate = learningRate;
        }
        StepMetrics metrics;
        using (Model.Adapters.Dropping(new AdapterDropout(_dropoutKey.Split("step", StepsDone))))
        {
            metrics =
                _chunked is not null ? InChunks(_chunked, batch, layout, trained, bootstrap)
                : Options.Loss.TrainsCritics ? Descend(batch, layout, trained, bootstrap)
                : Imitate(batch, layout, trained);
        }
        if (!double.IsFinite(metrics.Loss) || !double.IsFinite(metrics.GradientNorm))
        {
            throw new FaultException(
                Fault.Data(
                    $"training has diverged: loss {metrics.Loss}, gradient norm {metrics.GradientNorm}",
                    $"step {StepsDone + 1}",
                    "lower the learning rate, or scale rewards to order 1"
                )
            );
        }
        using Tensor? none = _optimizer.step();
        if (Options.Loss.TrainsCritics)
        {
            Model.Critics.UpdateTargets(Model.Kernels, Options.Loss.TargetRate);
        }
        StepsDone++;
        Average?.Update(StepsDone);
        return metrics with { Step = StepsDone, LearningRate = learningRate };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _optimizer.Dispose();
        Average?.Dispose();
    }

    private StepMetrics Descend(TurnBatch batch, ReplyLayout layout, TurnInput trained, TurnInput? bootstrap)
    {
        AfsftOptions options = Options.Loss;
        using HiddenPass pass = Model.HiddenForTraining(trained);
        Tensor hidden = pass.Hidden; // [N, d]
        Tensor logits = Model.Logits(hidden); // [N, V]
        Tensor actions = tensor(layout.Actions(batch), device: hidden.device); // [N]
        Tensor online = Model.Critics.Online(hidden, Model.Kernels, Model.Precision); // [K, N, V] or [K, N, V·bins]
        Tensor target = Model.Critics.Values(Model.Critics.Target(hidden, Model.Kernels, Model.Precision)); // [K, N, V]
        bool classifies = Model.Critics.Support is not null;
        Tensor values = classifies ? Model.Critics.Values(online.detach()) : online;
        TokenStatistics tokens = Model.Kernels.TokenStatistics(logits, actions, values, target, options.MinimumProbability);
        Tensor? behavior = options.SupportThreshold > 0 ? Model.Critics.Behavior(hidden, Model.Kernels, Model.Precision) : null; // [N, V]
        if (behavior is not null)
        {
            tokens = SupportedTokens.Restrict(tokens, logits, behavior, values, target, options, Model.Kernels);
        }
        AfsftLosses losses = Afsft.Losses(
            batch,
            layout,
            tokens,
            classifies ? OfActions(Model.Critics.PerBin(online), actions) : tokens.ActionValues,
            Model.Critics.Support,
            bootstrap is null ? [] : StateValues(bootstrap),
            options,
            options.FilterFloorAt(StepsDone)
        );
        double norm = Backward(pass, behavior is null ? losses.Total : losses.Total + Afsft.SupervisedLoss(behavior, actions));
        return new StepMetrics(
            0,
            losses.Total.ToDouble(),
            losses.Actor.ToDouble(),
            losses.Critic.ToDouble(),
            losses.Kept,
            losses.Targets.Average(),
            losses.Advantages.Average(),
            tokens.Entropy.mean().ToDouble(),
            norm,
            0,
            layout.TrainedRows.Length,
            layout.Tokens
        );
    }

    private StepMetrics InChunks(ChunkedHeads heads, TurnBatch batch, ReplyLayout layout, TurnInput trained, TurnInput? bootstrap)
    {
        ForgetGradients();
        using HiddenPass pass = Model.HiddenForTraining(trained); // [N, d]
        int turns = layout.TrainedRows.Length;
        if (!Options.Loss.TrainsCritics)
        {
            (double loss, double entropy) = heads.Imitate(pass, layout.Actions(batch));
            return new StepMetrics(0, loss, loss, 0, 1, 0, 0, entropy, ClippedNorm(), 0, turns, layout.Tokens);
        }
        ChunkedLosses losses = heads.Descend(
            pass,
            batch,
            layout,
            bootstrap is null ? [] : StateValues(bootstrap),
            Options.Loss.FilterFloorAt(StepsDone)
        );
        TokenNumbers tokens = losses.Tokens;
        return new StepMetrics(
            0,
            losses.Total,
            losses.Actor,
            losses.Critic,
            tokens.Kept / (double)layout.Tokens,
            losses.Targets.Average(),
            tokens.Advantages.Average(),
            tokens.Entropy.Average(),
            ClippedNorm(),
            0,
            turns,
            layout.Tokens,
            losses.ExpectationError is null ? null : tokens.Omitted.Average(),
            losses.ExpectationError
        );
    }

    private StepMetrics Imitate(TurnBatch batch, ReplyLayout layout, TurnInput trained)
    {
        using HiddenPass pass = Model.HiddenForTraining(trained);
        Tensor logits = Model.Logits(pass.Hidden); // [N, V]
        Tensor actions = tensor(layout.Actions(batch), device: logits.device);
        Tensor loss = Afsft.SupervisedLoss(logits, actions);
        double norm = Backward(pass, loss);
        double value = loss.ToDouble();
        Tensor logProbabilities = logits.detach().log_softmax(-1);
        double entropy = -(logProbabilities * logProbabilities.exp()).sum(-1).mean().ToDouble();
        return new StepMetrics(0, value, value, 0, 1, 0, 0, entropy, norm, 0, layout.TrainedRows.Length, layout.Tokens);
    }

    /// <summary>V̄ of rows that are only bootstrapped from.</summary>
    private float[] StateValues(TurnInput rows)
    {
        using IDisposable noGradient = no_grad();
        using IDisposable whole = Model.Adapters.Dropping(null);
        Tensor hidden = Model.Hidden(rows); // [rows, d]
        if (_chunked is not null)
        {
            return _chunked.StateValues(hidden);
        }
        Tensor target = Model.Critics.Values(Model.Critics.Target(hidden, Model.Kernels, Model.Precision));
        Tensor logits = Model.Logits(hidden); // [rows, V]
        if (Options.Loss.SupportThreshold > 0)
        {
            Tensor behavior = Model.Critics.Behavior(hidden, Model.Kernels, Model.Precision);
            logits = SupportedTokens.Restrict(logits, behavior, Options.Loss.SupportThreshold);
        }
        Tensor values = Model.Kernels.StateValue(logits, target, Options.Loss.MinimumProbability);
        return MemoryMarshal.Cast<byte, float>(values.cpu().bytes).ToArray();
    }

    private static Tensor OfActions(Tensor perBin, Tensor actions)
    {
        long[] shape = perBin.shape; // [K, N, V, bins]
        Tensor index = actions.view(1, -1, 1, 1).expand(shape[0], shape[1], 1, shape[3]);
        return perBin.gather(2, index).squeeze(2); // [K, N, bins]
    }

    private double Backward(HiddenPass pass, Tensor loss)
    {
        ForgetGradients();
        loss.backward();
        pass.Backward();
        return ClippedNorm();
    }

    private void ForgetGradients()
    {
        foreach (Parameter parameter in _parameters)
        {
            parameter.grad = null;
        }
    }

    private double ClippedNorm() =>
        nn.utils.clip_grad_norm_(_parameters, Options.GradientClip > 0 ? Options.GradientClip : double.MaxValue);

    private static bool Decays(string name, Parameter parameter) =>
        parameter.dim() >= 2
        && !name.Contains("positions", StringComparison.Ordinal)
        && !name.Contains("pos_emb", StringComparison.Ordinal);

    private static Fault? CheckModel(VisionLanguageModel model, LearnerOptions options) =>
        options.Lora is { Dropout: > 0 } && !model.DropsAdapterInputs
            ? Fault.Configuration(
                $"models of the family {model.Family} form their adapted weights whole, so that dropout reaches no input",
                nameof(LoraOptions.Dropout),
                "set it to 0"
            )
        : options.Loss is { TrainsCritics: true, SupportThreshold: > 0 } && !model.Critics.HasBehavior
            ? Fault.Configuration(
                "a support threshold needs a model with a behavior head",
                nameof(AfsftOptions.SupportThreshold),
                "set it to 0, or give the model the head"
            )
        : options.Loss.TrainsCritics && options.Loss.CriticLoss.Classifies != model.Critics.Support is not null
            ? Fault.Configuration(
                $"the critic loss {options.Loss.CriticLoss.GetType().Name} does not fit the model's critics",
                nameof(AfsftOptions.CriticLoss),
                options.Loss.CriticLoss.Classifies
                    ? "give the model a critic support"
                    : "remove the model's critic support, or choose HlGauss"
            )
        : null;

    private sealed class Nothing : IDisposable
    {
        public void Dispose() { }
    }
}
