namespace VlmQ.Datasets.Reading;

/// <summary>Where a row group is.</summary>
/// <param name="Part">The part, by position in the manifest.</param>
/// <param name="Group">The row group in the part, from 0.</param>
/// <param name="FirstRow">The part's row that it begins with.</param>
public readonly record struct RowGroupAddress(int Part, int Group, long FirstRow);
