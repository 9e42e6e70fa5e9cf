namespace Parquet.Schema;

/// <summary>The fields of a file. Making a schema attaches them: only then are their levels known.</summary>
public class ParquetSchema : IEquatable<ParquetSchema>
{
    /// <summary>A schema of at least one field.</summary>
    /// <exception cref="ArgumentException">There are no fields.</exception>
    public ParquetSchema(params Field[] fields)
        : this((IEnumerable<Field>)fields) { }

    /// <summary>A schema of at least one field.</summary>
    /// <exception cref="ArgumentException">There are no fields, or two columns have one path.</exception>
    public ParquetSchema(IEnumerable<Field> fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        Fields = [.. fields];
        if (Fields.Count == 0)
        {
            throw new ArgumentException("A schema needs at least one field.", nameof(fields));
        }
        foreach (Field field in Fields)
        {
            field.Attach(0, 0);
        }
        var columns = new List<DataField>();
        foreach (Field field in Fields)
        {
            Collect(field, columns);
        }
        Columns = [.. columns];
        var paths = new HashSet<FieldPath>();
        foreach (DataField column in Columns)
        {
            if (!paths.Add(column.Path))
            {
                throw new ArgumentException($"The column '{column.Path}' is there twice.", nameof(fields));
            }
        }
    }

    /// <summary>The fields at the root.</summary>
    public IReadOnlyList<Field> Fields { get; }

    /// <summary>All columns, depth first: the order of a file.</summary>
    public DataField[] DataFields => GetDataFields();

    internal IReadOnlyList<DataField> Columns { get; }

    /// <summary>A field at the root by its position.</summary>
    public Field this[int i] => Fields[i];

    /// <summary>All columns, depth first: the order of a file.</summary>
    public DataField[] GetDataFields() => [.. Columns];

    /// <summary>A column at the root by its name; one further down takes a <see cref="FieldPath"/> of all its names.</summary>
    /// <exception cref="ArgumentException">There is no such column.</exception>
    public DataField FindDataField(string path) => FindDataField(new FieldPath(path));

    /// <summary>A column by its path.</summary>
    /// <exception cref="ArgumentException">There is no such column.</exception>
    public DataField FindDataField(FieldPath path) =>
        Columns.FirstOrDefault(column => column.Path.Equals(path))
        ?? throw new ArgumentException($"There is no column '{path}'.", nameof(path));

    /// <inheritdoc/>
    public bool Equals(ParquetSchema? other) => other is not null && Fields.SequenceEqual(other.Fields);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ParquetSchema);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (Field field in Fields)
        {
            hash.Add(field);
        }
        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join('\n', Fields);

    private static void Collect(Field field, List<DataField> columns)
    {
        if (field is DataField column)
        {
            columns.Add(column);
            return;
        }
        foreach (Field child in field.Children)
        {
            Collect(child, columns);
        }
    }
}
