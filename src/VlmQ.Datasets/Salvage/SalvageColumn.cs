using System.Collections.Immutable;
using Parquet.Schema;

namespace VlmQ.Datasets.Salvage;

/// <summary>A column, as finding and describing its chunks needs it.</summary>
/// <param name="Path">Names from the root to the leaf.</param>
/// <param name="PhysicalType">The number of its type in parquet.thrift.</param>
/// <param name="IsList">Its rows hold any number of values.</param>
internal readonly record struct SalvageColumn(ImmutableArray<string> Path, int PhysicalType, bool IsList)
{
    /// <summary>The number of 32-bit integers.</summary>
    public const int Int32 = 1;

    /// <summary>The columns of a schema, in order.</summary>
    public static ImmutableArray<SalvageColumn> Of(ParquetSchema schema)
    {
        ImmutableArray<SalvageColumn>.Builder columns = ImmutableArray.CreateBuilder<SalvageColumn>();
        foreach (DataField field in schema.DataFields)
        {
            columns.Add(new SalvageColumn([.. field.Path.ToString().Split('/')], TypeOf(field.ClrType), field.MaxRepetitionLevel > 0));
        }
        return columns.ToImmutable();
    }

    private static int TypeOf(Type type) =>
        type == typeof(bool) ? 0
        : type == typeof(int) ? Int32
        : type == typeof(long) ? 2
        : type == typeof(float) ? 4
        : type == typeof(ReadOnlyMemory<char>) || type == typeof(ReadOnlyMemory<byte>) ? 6
        : throw new ArgumentException($"Columns of {type.Name} are in none of the formats.", nameof(type));
}
