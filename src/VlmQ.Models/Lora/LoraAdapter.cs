using TorchSharp;
using TorchSharp.Modules;
using VlmQ.Core.Randomness;
using VlmQ.Models.Kernels;
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

    /// <summary>s·(x·Aᵀ)·Bᵀ: what the adapter adds to the layer's result, without B·A ever being formed.</summary>
    /// <param name="input">x, <c>[…, in]</c>.</param>
    /// <param name="kernels">How products are computed.</param>
    /// <param name="precision">Precision of the products.</param>
    /// <returns><c>[…, out]</c>, of the input's type.</returns>
    public Tensor Product(Tensor input, IKernels kernels, Precision precision)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(kernels);
        using DisposeScope scope = NewDisposeScope();
        Tensor down = kernels.Linear(input, A.dtype == input.dtype ? A : A.to(input.dtype), null, precision);
        Tensor up = kernels.Linear(down, B.dtype == input.dtype ? B : B.to(input.dtype), null, precision);
        return (up * Scale).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        A.Dispose();
        B.Dispose();
    }
}
