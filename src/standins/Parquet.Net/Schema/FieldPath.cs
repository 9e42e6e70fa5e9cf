namespace Parquet.Schema;

/// <summary>The names from the schema's root to a field.</summary>
public sealed class FieldPath : IEquatable<FieldPath>
{
    private readonly string[] parts;

    /// <summary>A path of the given names; empty ones are left out.</summary>
    public FieldPath(params string[] parts)
        : this((IEnumerable<string>)parts) { }

    /// <summary>A path of the given names; empty ones are left out.</summary>
    public FieldPath(IEnumerable<string> parts)
    {
        this.parts = parts.Where(part => !string.IsNullOrEmpty(part)).ToArray();
    }

    /// <summary>How many names there are.</summary>
    public int Length => parts.Length;

    /// <summary>The first name; null for an empty path.</summary>
    public string? FirstPart => parts.Length == 0 ? null : parts[0];

    /// <summary>The name at a depth.</summary>
    public string this[int i] => parts[i];

    /// <summary>One path after the other.</summary>
    public static FieldPath operator +(FieldPath? left, FieldPath? right) => new((left?.parts ?? []).Concat(right?.parts ?? []));

    /// <summary>The names.</summary>
    public List<string> ToList() => [.. parts];

    /// <inheritdoc/>
    public bool Equals(FieldPath? other) => other is not null && parts.AsSpan().SequenceEqual(other.parts);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as FieldPath);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (string part in parts)
        {
            hash.Add(part, StringComparer.Ordinal);
        }
        return hash.ToHashCode();
    }

    /// <summary>The names, with slashes between.</summary>
    public override string ToString() => string.Join('/', parts);
}
