using System.Buffers;
using System.Runtime.CompilerServices;
using Parquet.Columns;

namespace Parquet.Data;

/// <summary>A column of values of a known type.</summary>
public class RawColumnData<T> : RawColumnData
    where T : struct
{
    private readonly int count;
    private readonly int maximumLevel;
    private T[]? values;

    internal RawColumnData(int count, int maximumLevel, bool hasRepetitions)
        : base(count, maximumLevel > 0, hasRepetitions)
    {
        this.count = count;
        this.maximumLevel = maximumLevel;
        values = ArrayPool<T>.Shared.Rent(count);
    }

    /// <summary>The defined values, then unspecified ones up to the number of levels.</summary>
    /// <exception cref="ObjectDisposedException">The data are disposed.</exception>
    public Span<T> Values => ValuesMemory.Span;

    /// <summary>The values in order, null for each level pair without one.</summary>
    public IEnumerable<T?> NullableValues
    {
        get
        {
            int next = 0;
            for (int i = 0; i < count; i++)
            {
                yield return maximumLevel > 0 && DefinitionLevels[i] < maximumLevel ? null : Values[next++];
            }
        }
    }

    internal Memory<T> ValuesMemory
    {
        get
        {
            ObjectDisposedException.ThrowIf(values is null, this);
            return values.AsMemory(0, count);
        }
    }

    /// <summary>The pages that binary values are slices of, where they are given back with the values.</summary>
    internal KeptPages? Pages { get; init; }

    /// <inheritdoc/>
    public override void Dispose()
    {
        GC.SuppressFinalize(this);
        base.Dispose();
        Pages?.Dispose();
        if (values is not null)
        {
            ArrayPool<T>.Shared.Return(values, RuntimeHelpers.IsReferenceOrContainsReferences<T>());
            values = null;
        }
    }
}
