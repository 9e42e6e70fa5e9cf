namespace Parquet.Schema;

/// <summary>A map: an optional group, a repeated group, a required key and a value.</summary>
public sealed class MapField : Field
{
    /// <summary>The standard name of the repeated group.</summary>
    public const string ContainerName = "key_value";

    /// <summary>A map; maps are always nullable, their keys never.</summary>
    public MapField(string name, Field keyField, Field valueField)
        : this(name, keyField, valueField, ContainerName, isNullable: true)
    {
        if (keyField is DataField key)
        {
            key.IsNullable = false;
        }
    }

    internal MapField(string name, Field keyField, Field valueField, string containerName, bool isNullable)
        : base(name, SchemaType.Map)
    {
        Key = keyField ?? throw new ArgumentNullException(nameof(keyField));
        Value = valueField ?? throw new ArgumentNullException(nameof(valueField));
        Container = containerName;
        IsNullable = isNullable;
        Place(null);
    }

    /// <summary>The keys.</summary>
    public Field Key { get; }

    /// <summary>The values.</summary>
    public Field Value { get; }

    /// <summary>The repeated group's name.</summary>
    internal string Container { get; }

    internal override IReadOnlyList<Field> Children => [Key, Value];

    internal override void Place(FieldPath? parent)
    {
        Path = parent + new FieldPath(Name, Container);
        Key.Place(Path);
        Value.Place(Path);
    }

    internal override void Attach(int parentRepetitionLevel, int parentDefinitionLevel)
    {
        MaxRepetitionLevel = parentRepetitionLevel + 1;
        MaxDefinitionLevel = parentDefinitionLevel + (IsNullable ? 1 : 0) + 1;
        Key.Attach(MaxRepetitionLevel, MaxDefinitionLevel);
        Value.Attach(MaxRepetitionLevel, MaxDefinitionLevel);
    }
}
