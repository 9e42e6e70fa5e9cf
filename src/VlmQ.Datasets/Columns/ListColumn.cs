using System.Collections.Immutable;
using Parquet.Schema;

namespace VlmQ.Datasets.Columns;

/// <summary>
/// The lists of a column in Dremel form (Melnik et al., 2010): the elements, and a pair of levels for each element and for each list
/// that is empty or null. With D the column's highest definition level: D is an element, D−1 an empty list, D−2 a null list.
/// </summary>
internal sealed class ListColumn<T>(DataField field, int capacity)
    where T : struct
{
    private readonly List<T> _values = new(capacity);
    private readonly List<int> _definitions = new(capacity);
    private readonly List<int> _repetitions = new(capacity);

    public ReadOnlyMemory<T> Values => _values.ToArray();

    public ReadOnlyMemory<int> Definitions => _definitions.ToArray();

    public ReadOnlyMemory<int> Repetitions => _repetitions.ToArray();

    /// <summary>Adds a row's list; default is null.</summary>
    public void Add(ImmutableArray<T> list)
    {
        if (list.IsDefaultOrEmpty)
        {
            _definitions.Add(field.MaxDefinitionLevel - (list.IsDefault ? 2 : 1));
            _repetitions.Add(0);
            return;
        }
        _values.AddRange(list.AsSpan());
        for (int i = 0; i < list.Length; i++)
        {
            _definitions.Add(field.MaxDefinitionLevel);
            _repetitions.Add(i == 0 ? 0 : 1);
        }
    }

    /// <summary>Finds where each row's list ends among the elements; see <see cref="RowLists{T}"/>.</summary>
    /// <param name="ends">Gets one a row.</param>
    /// <param name="definitions">One level an element, empty or null list.</param>
    /// <param name="repetitions">As many.</param>
    /// <param name="highest">The column's highest definition level.</param>
    /// <exception cref="InvalidDataException">The levels do not make that many rows.</exception>
    public static void Cut(Span<int> ends, ReadOnlySpan<int> definitions, ReadOnlySpan<int> repetitions, int highest)
    {
        int row = -1;
        int value = 0;
        int i = 0;
        while (i < definitions.Length)
        {
            if (++row >= ends.Length || repetitions[i] != 0)
            {
                throw new InvalidDataException("A list column's levels do not fit its rows.");
            }
            if (definitions[i] < highest)
            {
                ends[row] = definitions[i] == highest - 1 ? value : ~value;
                i++;
                continue;
            }
            int first = i++;
            while (i < definitions.Length && repetitions[i] != 0)
            {
                i++;
            }
            value += i - first;
            ends[row] = value;
        }
        if (row != ends.Length - 1)
        {
            throw new InvalidDataException("A list column's levels do not fit its rows.");
        }
    }
}
