namespace Parquet.Schema;

/// <summary>A list, in the standard three levels: an optional group, a repeated group, the element.</summary>
public sealed class ListField : Field
{
    /// <summary>The standard name of the element.</summary>
    public const string ElementName = "element";

    /// <summary>The standard name of the repeated group.</summary>
    public const string DefaultContainerName = "list";

    /// <summary>A list of a given item; lists are always nullable.</summary>
    /// <param name="name">The list's name.</param>
    /// <param name="item">The item; name it <see cref="ElementName"/>.</param>
    /// <param name="containerName">The name of the repeated group.</param>
    public ListField(string name, Field item, string containerName = DefaultContainerName)
        : this(name, item, containerName, isNullable: true) { }

    /// <summary>A list of values of a CLR type.</summary>
    /// <param name="name">The list's name.</param>
    /// <param name="itemDataType">As for <see cref="DataField"/>.</param>
    /// <param name="propertyName">The name of a class's property; of no use to the low-level API.</param>
    /// <param name="containerName">The name of the repeated group.</param>
    /// <param name="elementName">The element's name; the list's own where null.</param>
    public ListField(
        string name,
        Type itemDataType,
        string? propertyName = null,
        string containerName = DefaultContainerName,
        string? elementName = null
    )
        : this(name, new DataField(elementName ?? name, itemDataType, null, null, propertyName), containerName) { }

    internal ListField(string name, Field item, string? containerName, bool isNullable)
        : base(name, SchemaType.List)
    {
        Item = item ?? throw new ArgumentNullException(nameof(item));
        ContainerName = containerName;
        IsNullable = isNullable;
        Place(null);
    }

    /// <summary>What the list holds.</summary>
    public Field Item { get; }

    /// <summary>The repeated group's name; null for the old two-level form, in which the item itself is repeated.</summary>
    internal string? ContainerName { get; }

    internal override IReadOnlyList<Field> Children => [Item];

    internal override void Place(FieldPath? parent)
    {
        Path = parent + (ContainerName is null ? new FieldPath(Name) : new FieldPath(Name, ContainerName));
        Item.Place(Path);
    }

    internal override void Attach(int parentRepetitionLevel, int parentDefinitionLevel)
    {
        // In the two-level form a repeated item that is a column counts itself.
        int repeated = ContainerName is null && Item is DataField ? 0 : 1;
        MaxRepetitionLevel = parentRepetitionLevel + repeated;
        MaxDefinitionLevel = parentDefinitionLevel + (IsNullable ? 1 : 0) + repeated;
        Item.Attach(MaxRepetitionLevel, MaxDefinitionLevel);
    }
}
