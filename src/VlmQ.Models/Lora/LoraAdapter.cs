using TorchSharp.Modules;
using VlmQ.Core.Randomness;
using static TorchSharp.torch;

namespace VlmQ.Models.Lora;

/// <summary>One layer's low-rank addition: W + s·B·A, with A <c>[r, in]</c> and B <c>[out, r]</c>.</summary>
public sealed class LoraAdapter : IDisposable
{
    /// <param name="module">The path of the adapted layer.</param>
    /// <param name="outputs">The layer's outputs.</param>
    /// <param name="inputs">The layer's inputs.</param>
    /// <param name="options">Rank and scale.</param>
    /// <param name="key">A starts uniform in ±1/√in from this key, B at zero, so that nothing changes at first.</param>
    public LoraAdapter(string module, long outputs, long inputs, LoraOptions options, RandomKey key)
    {
        ArgumentNullException.ThrowIfNull(options);
        Module = module;
        Scale = options.Scale;
        Tensor down = empty(options.Rank, inputs);
        Initializer.Uniform(down, 1 / Math.Sqrt(inputs), key.Split(module));
        // Parameters made in an open dispose scope would die with it.
        A = new Parameter(down);
        A.DetachFromDisposeScope();
        B = new Parameter(zeros(outputs, options.Rank));
        B.DetachFromDisposeScope();
    }

    /// <summary>The path of the adapted layer.</summary>
    public string Module { get; }

    /// <summary>s.</summary>
    public double Scale { get; }

    /// <summary>A, <c>[r, in]</c>.</summary>
    public Parameter A { get; }

    /// <summary>B, <c>[out, r]</c>.</summary>
    public Parameter B { get; }

    /// <summary>W + s·B·A, <c>[out, in]</c>; formed once a pass, so that no kernel needs to know of adapters.</summary>
    public Tensor Effective(Tensor weight)
    {
        ArgumentNullException.ThrowIfNull(weight);
        return weight.addmm(B, A, beta: 1, alpha: (float)Scale);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        A.Dispose();
        B.Dispose();
    }
}
