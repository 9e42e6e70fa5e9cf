using Parquet.Schema;

namespace Parquet.Tests;

/// <summary>
/// Rows ↔ values and levels, for one column: a row is null, a value, or a list of rows; of a map, its keys or its values. A struct on the way to the column is passed
/// through; where it is null, so is what is below it.
/// </summary>
internal static class Dremel
{
    /// <summary>Takes rows apart.</summary>
    public static (List<object> Values, List<int> Definitions, List<int> Repetitions) Shred(
        Field root,
        DataField leaf,
        IEnumerable<object?> rows
    )
    {
        var result = (Values: new List<object>(), Definitions: new List<int>(), Repetitions: new List<int>());
        foreach (object? row in rows)
        {
            Put(root, row, 0, 0);
        }
        return result;

        void Put(Field field, object? value, int repetition, int definition)
        {
            switch (field)
            {
                case DataField column when value is not null:
                    result.Values.Add(value);
                    Level(column.MaxDefinitionLevel, repetition);
                    break;
                case ListField list when value is object[] { Length: > 0 } items:
                    for (int i = 0; i < items.Length; i++)
                    {
                        Put(list.Item, items[i], i == 0 ? repetition : list.MaxRepetitionLevel, list.MaxDefinitionLevel);
                    }
                    break;
                case ListField list when value is object[]:
                    Level(list.MaxDefinitionLevel - 1, repetition);
                    break;
                case StructField structure when value is not null:
                    Put(Member(structure, leaf), ((object?[])value)[0], repetition, structure.MaxDefinitionLevel);
                    break;
                default:
                    Level(definition, repetition);
                    break;
            }
        }

        void Level(int definition, int repetition)
        {
            result.Definitions.Add(definition);
            result.Repetitions.Add(repetition);
        }
    }

    /// <summary>Puts rows together. A struct is an array of one, its member.</summary>
    public static List<object?> Assemble<T>(Field root, DataField leaf, T[] values, int[] definitions, int[] repetitions)
        where T : struct
    {
        int at = 0;
        int nextValue = 0;
        var rows = new List<object?>();
        while (at < definitions.Length)
        {
            rows.Add(Take(root));
        }
        return rows;

        object? Take(Field field)
        {
            int definition = definitions[at];
            switch (field)
            {
                case DataField column:
                    at++;
                    return definition == column.MaxDefinitionLevel ? values[nextValue++] : null;
                case ListField or MapField when definition >= field.MaxDefinitionLevel:
                    Field item = field is MapField map ? Below(leaf, map.Key, map.Value) : ((ListField)field).Item;
                    var items = new List<object?>();
                    do
                    {
                        items.Add(Take(item));
                    } while (at < repetitions.Length && repetitions[at] == field.MaxRepetitionLevel);
                    return items.ToArray();
                case ListField or MapField:
                    at++;
                    return definition == field.MaxDefinitionLevel - 1 ? Array.Empty<object?>() : null;
                case StructField structure when definition >= structure.MaxDefinitionLevel:
                    return new[] { Take(Member(structure, leaf)) };
                default:
                    at++;
                    return null;
            }
        }
    }

    private static Field Member(StructField structure, DataField leaf) => Below(leaf, [.. structure.Fields]);

    /// <summary>The field that is the leaf or holds it.</summary>
    private static Field Below(DataField leaf, params ReadOnlySpan<Field> fields)
    {
        string path = leaf.Path.ToString();
        foreach (Field field in fields)
        {
            if (path == field.Path.ToString() || path.StartsWith(field.Path + "/", StringComparison.Ordinal))
            {
                return field;
            }
        }
        throw new ArgumentException($"No field holds {leaf.Path}.", nameof(leaf));
    }
}
