namespace VlmQ.Datasets.Columns;

/// <summary>A list a row, all elements in one array.</summary>
/// <param name="values">The elements of all rows.</param>
/// <param name="ends">For each row, where its list ends; the complement of that where it has none (null).</param>
internal sealed class RowLists<T>(T[] values, int[] ends)
    where T : struct
{
    /// <summary>A row's list; empty where it is null.</summary>
    public ReadOnlySpan<T> this[int row] => values.AsSpan(StartOf(row), EndOf(row) - StartOf(row));

    /// <summary>Whether a row has no list at all.</summary>
    public bool IsNull(int row) => ends[row] < 0;

    private int StartOf(int row) => row == 0 ? 0 : EndOf(row - 1);

    private int EndOf(int row) => ends[row] < 0 ? ~ends[row] : ends[row];
}
