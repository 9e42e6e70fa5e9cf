using System.Buffers;

namespace Parquet.Data;

/// <summary>A column as it is stored, in pooled buffers that disposal gives back.</summary>
public abstract class RawColumnData : IDisposable
{
    private readonly int count;
    private int[]? definitionLevels;
    private int[]? repetitionLevels;

    private protected RawColumnData(int count, bool hasDefinitions, bool hasRepetitions)
    {
        this.count = count;
        definitionLevels = hasDefinitions ? ArrayPool<int>.Shared.Rent(count) : null;
        repetitionLevels = hasRepetitions ? ArrayPool<int>.Shared.Rent(count) : null;
    }

    /// <summary>A level for each value, null and empty list.</summary>
    /// <exception cref="InvalidOperationException">The column has none, or the data are disposed.</exception>
    public Span<int> DefinitionLevels =>
        DefinitionLevelsMemory is { } levels
            ? levels.Span
            : throw new InvalidOperationException("The column has no definition levels, or its data are disposed.");

    /// <summary>A level for each value, null and empty list.</summary>
    /// <exception cref="InvalidOperationException">The column has none, or the data are disposed.</exception>
    public Span<int> RepetitionLevels =>
        RepetitionLevelsMemory is { } levels
            ? levels.Span
            : throw new InvalidOperationException("The column has no repetition levels, or its data are disposed.");

    internal Memory<int>? DefinitionLevelsMemory => definitionLevels is { } levels ? levels.AsMemory(0, count) : (Memory<int>?)null;

    internal Memory<int>? RepetitionLevelsMemory => repetitionLevels is { } levels ? levels.AsMemory(0, count) : (Memory<int>?)null;

    /// <summary>Gives the buffers back.</summary>
    public virtual void Dispose()
    {
        GC.SuppressFinalize(this);
        if (definitionLevels is not null)
        {
            ArrayPool<int>.Shared.Return(definitionLevels);
            definitionLevels = null;
        }
        if (repetitionLevels is not null)
        {
            ArrayPool<int>.Shared.Return(repetitionLevels);
            repetitionLevels = null;
        }
    }
}
