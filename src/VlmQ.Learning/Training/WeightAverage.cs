using TorchSharp;
using TorchSharp.Modules;
using VlmQ.Models;
using static TorchSharp.torch;

namespace VlmQ.Learning;

/// <summary>
/// A moving average of a model's trainable weights (Polyak averaging). Averaged weights act more evenly than the last ones; training
/// goes on with the last ones.
/// </summary>
public sealed class WeightAverage : IDisposable
{
    private readonly VisionLanguageModel _model;
    private readonly Parameter[] _parameters;
    private readonly Tensor[] _averages;
    private readonly double _decay;

    /// <summary>Starts from the model's weights.</summary>
    /// <param name="model">The model.</param>
    /// <param name="decay">Share of the old average that a step keeps, below 1; less at first, so that the start is forgotten soon.</param>
    public WeightAverage(VisionLanguageModel model, double decay)
    {
        ArgumentNullException.ThrowIfNull(model);
        _model = model;
        _decay = decay;
        (string Name, Parameter Parameter)[] trainable = [.. model.TrainableParameters()];
        Names = [.. trainable.Select(pair => pair.Name)];
        _parameters = [.. trainable.Select(pair => pair.Parameter)];
        _averages = [.. _parameters.Select(Copy)];
    }

    /// <summary>The names of the averaged weights.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The averages, in the order of <see cref="Names"/>.</summary>
    public IReadOnlyList<Tensor> Averages => _averages;

    /// <summary>Moves the average towards the weights after a step.</summary>
    /// <param name="step">Number of the step, from 1.</param>
    public void Update(long step)
    {
        double kept = Math.Min(_decay, step / (step + 10.0));
        _model.Kernels.MovingAverage(_averages, _parameters, 1 - kept);
    }

    /// <summary>Puts the averages into the model until the result is disposed.</summary>
    public IDisposable Apply()
    {
        Tensor[] weights = [.. _parameters.Select(Copy)];
        Write(_averages);
        return new Restoring(this, weights);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor average in _averages)
        {
            average.Dispose();
        }
    }

    private static Tensor Copy(Parameter parameter)
    {
        using Tensor detached = parameter.detach();
        return detached.clone().DetachFromDisposeScope();
    }

    private void Write(Tensor[] values)
    {
        using IDisposable noGradient = no_grad();
        using DisposeScope scope = NewDisposeScope();
        for (int i = 0; i < values.Length; i++)
        {
            _parameters[i].copy_(values[i]);
        }
    }

    private sealed class Restoring(WeightAverage average, Tensor[] weights) : IDisposable
    {
        public void Dispose()
        {
            average.Write(weights);
            foreach (Tensor weight in weights)
            {
                weight.Dispose();
            }
        }
    }
}
