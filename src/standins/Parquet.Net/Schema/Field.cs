using Parquet.Meta;

namespace Parquet.Schema;

/// <summary>A field of a schema.</summary>
public abstract class Field
{
    /// <summary>A field by its name and kind.</summary>
    protected Field(string name, SchemaType schemaType)
    {
        Name = name ?? throw new ArgumentNullException(nameof(name));
        SchemaType = schemaType;
        Path = new FieldPath(name);
    }

    /// <summary>The kind.</summary>
    public SchemaType SchemaType { get; }

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>The names from the root; of a list, with its repeated group.</summary>
    public FieldPath Path { get; internal set; }

    /// <summary>Whether the field itself may be null.</summary>
    public virtual bool IsNullable { get; internal set; }

    /// <summary>How many repeated fields there are from the root to here.</summary>
    public int MaxRepetitionLevel { get; internal set; }

    /// <summary>How many optional or repeated fields there are from the root to here.</summary>
    public int MaxDefinitionLevel { get; internal set; }

    /// <summary>The file's own description; null for a field that was not read from a file.</summary>
    public SchemaElement? SchemaElement { get; internal set; }

    /// <summary>The fields directly below.</summary>
    internal abstract IReadOnlyList<Field> Children { get; }

    /// <inheritdoc/>
    public override bool Equals(object? obj) =>
        obj is Field other
        && SchemaType == other.SchemaType
        && Name == other.Name
        && Path.Equals(other.Path)
        && IsNullable == other.IsNullable
        && Children.SequenceEqual(other.Children);

    /// <inheritdoc/>
    public override int GetHashCode() => Path.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => $"{Path} ({SchemaType}, repetition {MaxRepetitionLevel}, definition {MaxDefinitionLevel})";

    /// <summary>Sets the path of this field and all below.</summary>
    internal abstract void Place(FieldPath? parent);

    /// <summary>Sets the levels of this field and all below, when the whole schema is known.</summary>
    internal abstract void Attach(int parentRepetitionLevel, int parentDefinitionLevel);
}
