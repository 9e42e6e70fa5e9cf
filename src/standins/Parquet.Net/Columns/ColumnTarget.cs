using Parquet.Schema;

namespace Parquet.Columns;

/// <summary>The caller's buffers for one column, and how far they are filled.</summary>
internal sealed class ColumnTarget<T>(
    DataField field,
    Memory<T> values,
    Memory<int> definitionLevels,
    Memory<int> repetitionLevels,
    int levelCount,
    MemoryBudget budget
)
    where T : struct
{
    public DataField Field { get; } = field;

    /// <summary>What the chunk's pages may still decompress to.</summary>
    public MemoryBudget Budget { get; } = budget;

    /// <summary>The dictionary page's values; null before there was one.</summary>
    public T[]? Dictionary { get; set; }

    /// <summary>Where pages come from that values are slices of; null: each is an array of its own, which lives as long as they do.</summary>
    public KeptPages? Pages { get; init; }

    public int LevelCount { get; } = levelCount;

    public int LevelsRead { get; private set; }

    public int ValuesRead { get; private set; }

    public bool IsFull => LevelsRead == LevelCount;

    /// <summary>Definition levels of the next page; empty where the column has none.</summary>
    public Span<int> NextDefinitions(int count) => Field.MaxDefinitionLevel == 0 ? default : definitionLevels.Span.Slice(LevelsRead, count);

    /// <summary>Repetition levels of the next page; empty where the column has none.</summary>
    public Span<int> NextRepetitions(int count) => Field.MaxRepetitionLevel == 0 ? default : repetitionLevels.Span.Slice(LevelsRead, count);

    /// <summary>Places for the next page's values.</summary>
    public Span<T> NextValues(int count) => values.Span.Slice(ValuesRead, count);

    /// <summary>The same column and levels, with values of another type.</summary>
    public ColumnTarget<TOther> For<TOther>(Memory<TOther> others)
        where TOther : struct => new(Field, others, definitionLevels, repetitionLevels, LevelCount, Budget) { Pages = Pages };

    /// <summary>Memory for a page that values are slices of.</summary>
    public Memory<byte> NewPage(int length) => Pages?.Take(length) ?? GC.AllocateUninitializedArray<byte>(length);

    public void Advance(int levels, int defined)
    {
        LevelsRead += levels;
        ValuesRead += defined;
    }

    /// <summary>Fills the levels that the caller asked for though the column has none, and checks that rows are whole.</summary>
    /// <exception cref="ParquetException">The levels make another number of rows.</exception>
    public void Finish(long rowCount)
    {
        if (Field.MaxDefinitionLevel == 0)
        {
            ClearStart(definitionLevels);
        }
        if (Field.MaxRepetitionLevel == 0)
        {
            ClearStart(repetitionLevels);
            return;
        }
        ReadOnlySpan<int> repetitions = repetitionLevels.Span[..LevelCount];
        if (repetitions.Count(0) != rowCount || (LevelCount > 0 && repetitions[0] != 0))
        {
            throw new ParquetException($"The levels of '{Field.Path}' do not make {rowCount} rows; the file is damaged.");
        }
    }

    private void ClearStart(Memory<int> levels) => levels.Span[..Math.Min(levels.Length, LevelCount)].Clear();
}
