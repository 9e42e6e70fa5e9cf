using System.Collections.Immutable;
using VlmQ.Core.Episodes;
using VlmQ.Models.Safetensors;

namespace VlmQ.Models.Families;

/// <summary>Holds the tensors that a checkpoint claims to have against those that a model needs, before any of them is read.</summary>
public static class CheckpointMatch
{
    private const string Remedy = "take the files of one release whole, or mend config.json";

    /// <summary>The checkpoint's tensors by what the model calls them, in the model's order.</summary>
    /// <param name="description">The model.</param>
    /// <param name="entries">The checkpoint's entries.</param>
    /// <param name="where">The checkpoint, for the fault.</param>
    /// <returns>Or the fault of the first tensor that is missing, is left over, or has another shape or a type that weights have not.</returns>
    public static Result<ImmutableArray<StoredTensor>> Of(ModelDescription description, IEnumerable<SafetensorsEntry> entries, string where)
    {
        ArgumentNullException.ThrowIfNull(description);
        ArgumentNullException.ThrowIfNull(entries);
        Dictionary<string, (SafetensorsEntry Entry, bool Transposed)> stored = new(StringComparer.Ordinal);
        foreach (SafetensorsEntry entry in entries)
        {
            OfficialName official = description.OfficialNameOf(entry.Name);
            if (!stored.TryAdd(official.Name, (entry, official.Transposed)))
            {
                return Fault.Data($"'{entry.Name}' and '{stored[official.Name].Entry.Name}' are the same tensor", where, Remedy);
            }
        }
        List<TensorSpec> missing = [];
        ImmutableArray<StoredTensor>.Builder matched = ImmutableArray.CreateBuilder<StoredTensor>();
        foreach (TensorSpec spec in description.Tensors)
        {
            if (stored.Remove(spec.Name, out (SafetensorsEntry Entry, bool Transposed) found))
            {
                StoredTensor tensor = new(spec, found.Entry, found.Transposed);
                if (WrongWith(tensor, description) is { } what)
                {
                    return Fault.Data(what, where, Remedy);
                }
                matched.Add(tensor);
            }
            else if (spec.Required)
            {
                missing.Add(spec);
            }
        }
        return missing is [TensorSpec first, ..]
                ? Fault.Data(
                    $"{description.Family} needs '{first.Name}' of the shape {Shown(first.Shape)}, which is missing{Others(missing.Count)}",
                    where,
                    Remedy
                )
            : stored.Count > 0
                ? Fault.Data(
                    $"'{stored.Values.Select(extra => extra.Entry.Name).Order(StringComparer.Ordinal).First()}' belongs to no part of "
                        + description.Family
                        + Others(stored.Count),
                    where,
                    Remedy
                )
            : matched.ToImmutable();
    }

    private static string? WrongWith(StoredTensor tensor, ModelDescription description)
    {
        ImmutableArray<long> expected = tensor.Transposed ? [.. tensor.Spec.Shape.Reverse()] : tensor.Spec.Shape;
        return !expected.AsSpan().SequenceEqual(tensor.Entry.Shape.AsSpan())
                ? $"'{tensor.Entry.Name}' has the shape {Shown(tensor.Entry.Shape)}, but {description.Family} needs {Shown(expected)}"
            : tensor.Entry.Dtype is not (SafetensorsDtype.F32 or SafetensorsDtype.BF16 or SafetensorsDtype.F16 or SafetensorsDtype.F64)
                ? $"'{tensor.Entry.Name}' is stored as {tensor.Entry.Dtype}; weights are F32, BF16, F16 or F64"
            : null;
    }

    private static string Shown(ImmutableArray<long> shape) => $"[{string.Join(", ", shape)}]";

    private static string Others(int count) => count > 1 ? $", and {count - 1} more" : "";
}
