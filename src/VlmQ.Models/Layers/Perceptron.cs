using TorchSharp;
using TorchSharp.Modules;
using VlmQ.Models.Kernels;
using static TorchSharp.torch;

namespace VlmQ.Models.Layers;

/// <summary>Two linear layers with tanh-GELU in between: fc2(gelu(fc1(x))).</summary>
public sealed class Perceptron : nn.Module<Tensor, Tensor>
{
    /// <summary>In → inner.</summary>
    public readonly AdaptableLinear fc1;

    /// <summary>Inner → out.</summary>
    public readonly AdaptableLinear fc2;

    private readonly LayerOptions _options;

    /// <summary>Layers whose weights are not yet set.</summary>
    /// <param name="inputs">Width of the input.</param>
    /// <param name="inner">Width in between.</param>
    /// <param name="outputs">Width of the result.</param>
    /// <param name="options">How they compute.</param>
    public Perceptron(long inputs, long inner, long outputs, LayerOptions options)
        : base(nameof(Perceptron))
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        fc1 = new AdaptableLinear(inputs, inner, options);
        fc2 = new AdaptableLinear(inner, outputs, options);
        RegisterComponents();
    }

    /// <summary><c>[…, in]</c> → <c>[…, out]</c>.</summary>
    public override Tensor forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using DisposeScope scope = NewDisposeScope();
        bool plain = !fc1.IsAdapted && !fc2.IsAdapted && fc1.weight.dtype == input.dtype;
        if (plain)
        {
            // One critic head has the shape of a perceptron.
            HeadWeights weights = new(fc1.weight, fc1.bias!, fc2.weight, fc2.bias!);
            return _options.Kernels.CriticHeads(input, [weights], _options.Precision)[0].MoveToOuterDisposeScope();
        }
        return fc2.call(fc1.call(input).gelu(GELU.Approximate.tanh)).MoveToOuterDisposeScope();
    }
}
