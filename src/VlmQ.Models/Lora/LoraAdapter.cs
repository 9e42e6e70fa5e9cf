using TorchSharp;
using TorchSharp.Modules;
using VlmQ.Core.Randomness;
using VlmQ.Models.Kernels;
using static TorchSharp.torch;

namespace VlmQ.Models.Lora;

/// <summary>
/// One layer's low-rank addition: y = W·x + b + s·B·A·x, with A <c>[r, in]</c> and B <c>[out, r]</c> in float32, whatever the type of W.
/// </summary>
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
        Scale = options.ScaleOf(module);
        long rank = options.RankOf(module);
        Tensor down = empty(rank, inputs);
        Initializer.Uniform(down, 1 / Math.Sqrt(inputs), key.Split(module));
        // Parameters made in an open dispose scope would die with it.
        A = new Parameter(down);
        A.DetachFromDisposeScope();
        B = new Parameter(zeros(outputs, rank));
        B.DetachFromDisposeScope();
    }

    /// <summary>The path of the adapted layer.</summary>
    public string Module { get; }

    /// <summary>s.</summary>
    public double Scale { get; }

    /// <summary>A, <c>[r, in]</c>, float32.</summary>
    public Parameter A { get; private set; }

    /// <summary>B, <c>[out, r]</c>, float32.</summary>
    public Parameter B { get; private set; }

    /// <summary>W + s·B·A, <c>[out, in]</c>, for models whose kernels take whole weights.</summary>
    /// <param name="weight">W; of another type than float32, the sum is rounded to it once.</param>
    public Tensor Effective(Tensor weight)
    {
        ArgumentNullException.ThrowIfNull(weight);
        if (weight.dtype == ScalarType.Float32)
        {
            return weight.addmm(B, A, beta: 1, alpha: (float)Scale);
        }
        using DisposeScope scope = NewDisposeScope();
        return weight.to(ScalarType.Float32).addmm(B, A, beta: 1, alpha: (float)Scale).to(weight.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>s·B·A·x, without W: the product that is added to a layer's output.</summary>
    /// <param name="input">x, <c>[…, in]</c>.</param>
    /// <param name="kernels">How products are computed.</param>
    /// <param name="precision">Their precision. With <see cref="Precision.Full"/> they are float32 whatever the type of x.</param>
    /// <returns><c>[…, out]</c>, float32, or of x's type with reduced precision.</returns>
    public Tensor Product(Tensor input, IKernels kernels, Precision precision)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(kernels);
        using DisposeScope scope = NewDisposeScope();
        Tensor x = precision == Precision.Full && input.dtype != ScalarType.Float32 ? input.to(ScalarType.Float32) : input;
        Tensor down = kernels.Linear(x, A, null, precision) * Scale; // […, r]
        return kernels.Linear(down, B, null, precision).MoveToOuterDisposeScope(); // […, out]
    }

    /// <summary>Moves A and B; they are other objects afterwards. To be done before an optimizer knows them.</summary>
    internal void MoveTo(Device device)
    {
        if (A.device_type == device.type && (device.index < 0 || A.device_index == device.index))
        {
            return;
        }
        A = Moved(A);
        B = Moved(B);

        Parameter Moved(Parameter parameter)
        {
            using Tensor data = parameter.detach();
            using Tensor there = data.to(device);
            Parameter moved = new(there, parameter.requires_grad);
            parameter.Dispose();
            moved.DetachFromDisposeScope();
            return moved;
        }
    }

    /// <summary>A copy that learns on its own.</summary>
    internal LoraAdapter Copy() => new(this);

    private LoraAdapter(LoraAdapter other)
    {
        Module = other.Module;
        Scale = other.Scale;
        using Tensor a = other.A.detach();
        using Tensor b = other.B.detach();
        A = new Parameter(a.clone());
        A.DetachFromDisposeScope();
        B = new Parameter(b.clone());
        B.DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        A.Dispose();
        B.Dispose();
    }
}
