using System.Collections.Immutable;

namespace VlmQ.Models.Families;

/// <summary>Collects the tensors of a description, part after part.</summary>
internal sealed class TensorList
{
    private readonly ImmutableArray<TensorSpec>.Builder _tensors = ImmutableArray.CreateBuilder<TensorSpec>();
    private readonly ImmutableSortedDictionary<string, (long Out, long In)>.Builder _linears = ImmutableSortedDictionary.CreateBuilder<
        string,
        (long Out, long In)
    >(StringComparer.Ordinal);

    /// <summary>The part that tensors are added to.</summary>
    public string Part { get; set; } = "";

    /// <summary>Whether what is added must be in a checkpoint.</summary>
    public bool Required { get; set; } = true;

    /// <summary>Adds a tensor.</summary>
    public void Add(string name, params ReadOnlySpan<long> shape) =>
        _tensors.Add(new TensorSpec(Part, name, [.. shape]) { Required = Required });

    /// <summary>Adds a linear layer's weight and bias.</summary>
    public void Linear(string module, long outputs, long inputs, bool bias = true)
    {
        Add(module + ".weight", outputs, inputs);
        if (bias)
        {
            Add(module + ".bias", outputs);
        }
        if (Required)
        {
            _linears[module] = (outputs, inputs);
        }
    }

    /// <summary>Adds a norm's weight and bias.</summary>
    public void Norm(string module, long width)
    {
        Add(module + ".weight", width);
        Add(module + ".bias", width);
    }

    /// <summary>All of them.</summary>
    public ImmutableArray<TensorSpec> Tensors => _tensors.ToImmutable();

    /// <summary>The linear layers among them.</summary>
    public ImmutableSortedDictionary<string, (long Out, long In)> Linears => _linears.ToImmutable();
}
