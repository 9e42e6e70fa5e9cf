using Parquet.Schema;

namespace Parquet.Tests;

/// <summary>A column of made-up rows, its place in the schema, and the SQL that selects it.</summary>
/// <param name="Root">The field at the schema's root.</param>
/// <param name="Sql">Selects the column's rows.</param>
/// <param name="Row">A row by its number: null, a value, or a list; a struct as an array of its one member.</param>
internal sealed record SampleColumn(Field Root, string Sql, Func<int, object?> Row)
{
    /// <summary>A column of every type, required, nullable, in lists, in structs and in lists of lists.</summary>
    public static IReadOnlyList<SampleColumn> All()
    {
        var columns = new List<SampleColumn>();
        foreach ((string name, Type type, Func<int, object> value) in Scalars())
        {
            bool binary = type == typeof(byte[]);
            columns.Add(new(new DataField("r" + name, type, false), binary ? $"hex(r{name})" : $"r{name}", i => value(i)));
            columns.Add(
                new(new DataField("n" + name, type, true), binary ? $"hex(n{name})" : $"n{name}", i => Missing(i) ? null : value(i))
            );
            columns.Add(
                new(
                    new ListField("l" + name, new DataField("element", type, false)),
                    InList(binary, $"l{name}"),
                    i => ListOf(i, value, false)
                )
            );
            columns.Add(
                new(
                    new ListField("o" + name, new DataField("element", type, true)),
                    InList(binary, $"o{name}"),
                    i => ListOf(i, value, true)
                )
            );
            columns.Add(
                new(
                    new StructField("s" + name, new DataField("member", type, true)),
                    $"CASE WHEN s{name} IS NULL THEN NULL ELSE [{(binary ? $"hex(s{name}.member)" : $"s{name}.member")}] END",
                    i => i % 6 == 0 ? null : new[] { Missing(i) ? null : value(i) }
                )
            );
        }
        columns.Add(
            new(
                new ListField("nested", new ListField("element", new DataField("element", typeof(int), true))),
                "nested",
                i => i % 7 == 0 ? null : Enumerable.Range(i, i % 4).Select(j => ListOf(j, Scalars()[0].Value, true)).ToArray()
            )
        );
        return columns;
    }

    /// <summary>Writes the rows to the next column of a row group.</summary>
    public Task WriteAsync(ParquetRowGroupWriter group, DataField leaf, int rows)
    {
        Type type = leaf.ClrType;
        return type == typeof(int) ? WriteAsync<int>(group, leaf, rows)
            : type == typeof(long) ? WriteAsync<long>(group, leaf, rows)
            : type == typeof(float) ? WriteAsync<float>(group, leaf, rows)
            : type == typeof(double) ? WriteAsync<double>(group, leaf, rows)
            : type == typeof(bool) ? WriteAsync<bool>(group, leaf, rows)
            : type == typeof(ReadOnlyMemory<char>) ? WriteAsync<ReadOnlyMemory<char>>(group, leaf, rows)
            : WriteAsync<ReadOnlyMemory<byte>>(group, leaf, rows);
    }

    /// <summary>Reads a leaf of any type as rows.</summary>
    public static Task<List<object?>> ReadAsync(ParquetRowGroupReader group, Field root, DataField leaf)
    {
        Type type = leaf.ClrType;
        return type == typeof(int) ? ReadAsync<int>(group, root, leaf)
            : type == typeof(long) ? ReadAsync<long>(group, root, leaf)
            : type == typeof(float) ? ReadAsync<float>(group, root, leaf)
            : type == typeof(double) ? ReadAsync<double>(group, root, leaf)
            : type == typeof(bool) ? ReadAsync<bool>(group, root, leaf)
            : type == typeof(byte) ? ReadAsync<byte>(group, root, leaf)
            : type == typeof(ReadOnlyMemory<char>) ? ReadAsync<ReadOnlyMemory<char>>(group, root, leaf)
            : ReadAsync<ReadOnlyMemory<byte>>(group, root, leaf);
    }

    private static (string Name, Type Type, Func<int, object> Value)[] Scalars() =>
        [
            ("i", typeof(int), i => (i * 7919 % 100) - 50),
            ("l", typeof(long), i => (i % 90) * 1_000_000_007L * (i % 2 == 0 ? 1 : -1)),
            ("f", typeof(float), i => (i % 77) / 3f),
            ("d", typeof(double), i => (i % 83) / -7.0),
            ("b", typeof(bool), i => i % 3 == 0),
            ("t", typeof(string), i => $"é{i % 60}🙂".AsMemory()),
            ("x", typeof(byte[]), i => (ReadOnlyMemory<byte>)Enumerable.Range(i % 50, i % 40).Select(j => (byte)j).ToArray()),
        ];

    private static string InList(bool binary, string name) => binary ? $"list_transform({name}, lambda e: hex(e))" : name;

    private static bool Missing(int i) => i % 5 == 0 || i is > 100 and < 160;

    private static object?[]? ListOf(int i, Func<int, object> value, bool nullableItems) =>
        i % 11 == 3 ? null : Enumerable.Range(i, i * 31 % 6).Select(j => nullableItems && j % 4 == 0 ? null : value(j)).ToArray();

    private static async Task<List<object?>> ReadAsync<T>(ParquetRowGroupReader group, Field root, DataField leaf)
        where T : struct
    {
        int count = (int)group.GetMetadata(leaf)!.MetaData!.NumValues;
        var values = new T[count];
        var definitions = new int[count];
        var repetitions = new int[count];
        await group.ReadRawAsync<T>(leaf, values, definitions, repetitions);
        return Dremel.Assemble(root, leaf, values, definitions, repetitions);
    }

    private Task WriteAsync<T>(ParquetRowGroupWriter group, DataField leaf, int rows)
        where T : struct
    {
        (List<object> values, List<int> definitions, List<int> repetitions) = Dremel.Shred(
            Root,
            leaf,
            Enumerable.Range(0, rows).Select(Row)
        );
        T[] typed = [.. values.Cast<T>()];
        return group.WriteAllPartsAsync<T>(
            leaf,
            typed,
            leaf.MaxDefinitionLevel > 0 ? definitions.ToArray() : (ReadOnlyMemory<int>?)null,
            leaf.MaxRepetitionLevel > 0 ? repetitions.ToArray() : (ReadOnlyMemory<int>?)null,
            default
        );
    }
}
