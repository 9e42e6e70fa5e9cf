using System.Collections.Immutable;
using VlmQ.Core.Episodes;

namespace VlmQ.Models.Safetensors;

/// <summary>Holds what a file's header lists against what a reader needs, before a byte of data is read or memory is spent.</summary>
public static class ExpectedTensors
{
    private const int Named = 3;

    /// <summary>The fault that names what is missing, mis-shaped, of a type without fractions, or left over; null when all fits.</summary>
    /// <param name="found">What the header lists.</param>
    /// <param name="required">What must be there, by name.</param>
    /// <param name="where">The file or folder.</param>
    /// <param name="optional">What may be there besides, with its shape.</param>
    public static Fault? Check(
        IEnumerable<SafetensorsEntry> found,
        IReadOnlyDictionary<string, ImmutableArray<long>> required,
        string where,
        IReadOnlyDictionary<string, ImmutableArray<long>>? optional = null
    )
    {
        ArgumentNullException.ThrowIfNull(found);
        ArgumentNullException.ThrowIfNull(required);
        Dictionary<string, SafetensorsEntry> entries = found.ToDictionary(entry => entry.Name);
        List<string> missing = [];
        List<string> wrong = [];
        foreach ((string name, ImmutableArray<long> shape) in required.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (entries.Remove(name, out SafetensorsEntry? entry))
            {
                AddWrong(wrong, entry, shape);
            }
            else
            {
                missing.Add($"'{name}' {Shape(shape)}");
            }
        }
        List<string> extra = [];
        foreach (SafetensorsEntry entry in entries.Values.OrderBy(entry => entry.Name, StringComparer.Ordinal))
        {
            if (optional is not null && optional.TryGetValue(entry.Name, out ImmutableArray<long> shape))
            {
                AddWrong(wrong, entry, shape);
            }
            else
            {
                extra.Add($"'{entry.Name}' {Shape(entry.Shape)}");
            }
        }
        string[] complaints =
        [
            .. Complaint("", wrong),
            .. Complaint("there is no ", missing),
            .. Complaint("nothing here has a place for ", extra),
        ];
        return complaints.Length == 0
            ? null
            : Fault.Data(string.Join("; ", complaints), where, "the file belongs to another configuration");
    }

    private static void AddWrong(List<string> wrong, SafetensorsEntry entry, ImmutableArray<long> shape)
    {
        if (!entry.Shape.AsSpan().SequenceEqual(shape.AsSpan()))
        {
            wrong.Add($"'{entry.Name}' has the shape {Shape(entry.Shape)}, but {Shape(shape)} is needed");
        }
        else if (entry.Dtype is not (SafetensorsDtype.F16 or SafetensorsDtype.BF16 or SafetensorsDtype.F32 or SafetensorsDtype.F64))
        {
            wrong.Add($"'{entry.Name}' is {entry.Dtype}, but F16, BF16, F32 or F64 is needed");
        }
    }

    private static IEnumerable<string> Complaint(string before, List<string> items)
    {
        if (items.Count > 0)
        {
            string rest = items.Count > Named ? $" and {items.Count - Named} more" : "";
            yield return before + string.Join(", ", items.Take(Named)) + rest;
        }
    }

    private static string Shape(ImmutableArray<long> shape) => $"[{string.Join(", ", shape)}]";
}
