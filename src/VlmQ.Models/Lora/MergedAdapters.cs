using TorchSharp;
using TorchSharp.Modules;
using VlmQ.Core.Episodes;
using static TorchSharp.torch;

namespace VlmQ.Models.Lora;

/// <summary>What it takes to undo a merge: which adapters are in the weights, and the bits that the weights had before.</summary>
internal sealed class MergedAdapters : IDisposable
{
    private readonly Dictionary<string, Tensor> _base;

    private MergedAdapters(IReadOnlyList<string> names, Dictionary<string, Tensor> @base)
    {
        Names = names;
        _base = @base;
    }

    /// <summary>The adapters that were added.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Adds the acting adapters to the weights.</summary>
    /// <param name="adapters">The adapters.</param>
    /// <param name="weights">The layers' weights, by path.</param>
    /// <param name="keepBase">Whether to keep the weights' bits.</param>
    /// <exception cref="FaultException">A sum is not finite; no weight has been changed.</exception>
    public static MergedAdapters Add(AdapterSet adapters, IReadOnlyDictionary<string, Parameter> weights, bool keepBase)
    {
        string[] modules = [.. weights.Keys.Where(adapters.Adapts).Order(StringComparer.Ordinal)];
        if (modules.Length == 0)
        {
            throw new InvalidOperationException("The model has no adapter that acts.");
        }
        using IDisposable noGradient = no_grad();
        foreach (string module in modules)
        {
            Demand(adapters, module, weights[module]);
        }
        Dictionary<string, Tensor> kept = [];
        foreach (string module in modules)
        {
            using DisposeScope scope = NewDisposeScope();
            Parameter weight = weights[module];
            if (keepBase)
            {
                kept.Add(module, weight.detach().clone().DetachFromDisposeScope());
            }
            weight.copy_(adapters.Effective(module, weight));
        }
        return new MergedAdapters([.. adapters.Active], kept);
    }

    /// <summary>Puts the kept bits back.</summary>
    public void TakeOut(IReadOnlyDictionary<string, Parameter> weights)
    {
        using IDisposable noGradient = no_grad();
        using DisposeScope scope = NewDisposeScope();
        foreach ((string module, Tensor bits) in _base)
        {
            weights[module].copy_(bits);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor bits in _base.Values)
        {
            bits.Dispose();
        }
        _base.Clear();
    }

    // Float16 overflows at 65,504: all sums are looked at before the first is written.
    private static void Demand(AdapterSet adapters, string module, Parameter weight)
    {
        using DisposeScope scope = NewDisposeScope();
        if (!adapters.Effective(module, weight).isfinite().all().ToBoolean())
        {
            throw new FaultException(
                Fault.Data(
                    $"the adapted weight has values that {weight.dtype} cannot hold",
                    module,
                    "keep the adapter apart, or convert the model to float32 first"
                )
            );
        }
    }
}
