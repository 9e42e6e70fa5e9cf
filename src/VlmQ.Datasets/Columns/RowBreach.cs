namespace VlmQ.Datasets.Columns;

/// <summary>A rule of the format that a row breaks.</summary>
/// <param name="Row">The row in its row group, from 0.</param>
/// <param name="Column">The column.</param>
/// <param name="What">What is wrong.</param>
internal readonly record struct RowBreach(int Row, string Column, string What);
