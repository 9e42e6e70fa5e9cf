namespace Parquet.Schema;

/// <summary>A struct: an optional group of named members.</summary>
public class StructField : Field
{
    /// <summary>A struct of at least one member; structs are always nullable.</summary>
    /// <exception cref="ArgumentException">There are no members.</exception>
    public StructField(string name, params Field[] elements)
        : this(name, elements, isNullable: true) { }

    internal StructField(string name, Field[] elements, bool isNullable)
        : base(name, SchemaType.Struct)
    {
        if (elements is null || elements.Length == 0)
        {
            throw new ArgumentException($"The struct '{name}' needs at least one member.", nameof(elements));
        }
        Fields = [.. elements];
        IsNullable = isNullable;
        Place(null);
    }

    /// <summary>The members.</summary>
    public IReadOnlyList<Field> Fields { get; }

    internal override IReadOnlyList<Field> Children => Fields;

    internal override void Place(FieldPath? parent)
    {
        Path = parent + new FieldPath(Name);
        foreach (Field field in Fields)
        {
            field.Place(Path);
        }
    }

    internal override void Attach(int parentRepetitionLevel, int parentDefinitionLevel)
    {
        MaxRepetitionLevel = parentRepetitionLevel;
        MaxDefinitionLevel = parentDefinitionLevel + (IsNullable ? 1 : 0);
        foreach (Field field in Fields)
        {
            field.Attach(MaxRepetitionLevel, MaxDefinitionLevel);
        }
    }
}
