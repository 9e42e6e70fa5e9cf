namespace Parquet.Schema;

/// <summary>A column of a CLR type known at compile time.</summary>
/// <typeparam name="T">As for <see cref="DataField"/>.</typeparam>
public class DataField<T> : DataField
{
    /// <summary>A column by its name.</summary>
    public DataField(string name, bool? nullable = null)
        : base(name, typeof(T), nullable) { }
}
