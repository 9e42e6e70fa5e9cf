using System.Collections.Immutable;

namespace VlmQ.Models.Families;

/// <summary>A tensor that a checkpoint of a model holds, under its official name.</summary>
/// <param name="Part">The part of the model that it belongs to, such as <c>vision</c> or <c>text</c>.</param>
/// <param name="Name">Its official name.</param>
/// <param name="Shape">Its shape.</param>
public sealed record TensorSpec(string Part, string Name, ImmutableArray<long> Shape)
{
    /// <summary>False for what no computation here reads: a checkpoint may lack it, and loading leaves it out.</summary>
    public bool Required { get; init; } = true;

    /// <summary>Number of its elements.</summary>
    public long Elements
    {
        get
        {
            long elements = 1;
            foreach (long size in Shape)
            {
                elements *= size;
            }
            return elements;
        }
    }

    /// <inheritdoc/>
    public bool Equals(TensorSpec? other) =>
        other is not null
        && (Part, Name, Required) == (other.Part, other.Name, other.Required)
        && Shape.AsSpan().SequenceEqual(other.Shape.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Part, Name, Required, Shape.Length);
}
