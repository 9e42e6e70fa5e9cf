using Parquet.Schema;

namespace Parquet.Columns;

/// <summary>
/// A column's values and levels on their way to a file, checked: what would make a corrupt file does not get past the constructor.
/// </summary>
internal readonly struct ColumnData<T>
    where T : struct
{
    /// <summary>Checks values and levels against the column.</summary>
    /// <exception cref="ArgumentException">They do not fit the column, or each other.</exception>
    /// <exception cref="InvalidOperationException">The column needs definition levels and there are none.</exception>
    public ColumnData(
        DataField field,
        ReadOnlyMemory<T> values,
        ReadOnlyMemory<int>? definitionLevels,
        ReadOnlyMemory<int>? repetitionLevels
    )
    {
        if (field.MaxRepetitionLevel > 0 && repetitionLevels is null)
        {
            throw new ArgumentException($"The column '{field.Path}' is a list's: it needs repetition levels.", nameof(repetitionLevels));
        }
        if (field.MaxDefinitionLevel > 0 && definitionLevels is null)
        {
            throw new InvalidOperationException(
                $"Definition levels are not ready yet for the column '{field.Path}': pass nullable values, or levels to WriteAllPartsAsync."
            );
        }
        Values = values;
        DefinitionLevels = field.MaxDefinitionLevel > 0 ? definitionLevels!.Value : default;
        RepetitionLevels = field.MaxRepetitionLevel > 0 ? repetitionLevels!.Value : default;
        LevelCount = field.MaxDefinitionLevel > 0 ? DefinitionLevels.Length : values.Length;
        CheckDefinitions(field, definitionLevels.GetValueOrDefault().Span);
        RowCount = CheckRepetitions(field, repetitionLevels.GetValueOrDefault().Span);
    }

    private ColumnData(ReadOnlyMemory<T> values, ReadOnlyMemory<int> definitions, ReadOnlyMemory<int> repetitions, int levels, int rows)
    {
        Values = values;
        DefinitionLevels = definitions;
        RepetitionLevels = repetitions;
        LevelCount = levels;
        RowCount = rows;
    }

    /// <summary>The defined values only.</summary>
    public ReadOnlyMemory<T> Values { get; }

    /// <summary>Empty where the column has none.</summary>
    public ReadOnlyMemory<int> DefinitionLevels { get; }

    /// <summary>Empty where the column has none.</summary>
    public ReadOnlyMemory<int> RepetitionLevels { get; }

    /// <summary>Level pairs; for a required column, values.</summary>
    public int LevelCount { get; }

    public int RowCount { get; }

    /// <summary>The same levels, with as many values of another type.</summary>
    public ColumnData<TOther> With<TOther>(ReadOnlyMemory<TOther> others)
        where TOther : struct => new ColumnData<TOther>(others, DefinitionLevels, RepetitionLevels, LevelCount, RowCount);

    private void CheckDefinitions(DataField field, ReadOnlySpan<int> given)
    {
        if (field.MaxDefinitionLevel == 0)
        {
            if (!given.IsEmpty && (given.Length != Values.Length || given.ContainsAnyExcept(0)))
            {
                throw new ArgumentException($"The column '{field.Path}' is required: its definition levels can only be zero.");
            }
            return;
        }
        if (given.ContainsAnyExceptInRange(0, field.MaxDefinitionLevel))
        {
            throw new ArgumentException($"A definition level of '{field.Path}' is outside 0 to {field.MaxDefinitionLevel}.");
        }
        int defined = given.Count(field.MaxDefinitionLevel);
        if (defined != Values.Length)
        {
            throw new ArgumentException(
                $"The definition levels of '{field.Path}' call for {defined} values, but there are {Values.Length}."
            );
        }
    }

    private int CheckRepetitions(DataField field, ReadOnlySpan<int> given)
    {
        if (field.MaxRepetitionLevel == 0)
        {
            return !given.IsEmpty && (given.Length != LevelCount || given.ContainsAnyExcept(0))
                ? throw new ArgumentException($"The column '{field.Path}' is in no list: its repetition levels can only be zero.")
                : LevelCount;
        }
        if (given.Length != LevelCount || given.ContainsAnyExceptInRange(0, field.MaxRepetitionLevel) || (LevelCount > 0 && given[0] != 0))
        {
            throw new ArgumentException(
                $"The repetition levels of '{field.Path}' must be as many as its definition levels ({LevelCount}), from 0 to "
                    + $"{field.MaxRepetitionLevel}, and begin with 0."
            );
        }
        return given.Count(0);
    }
}
