namespace VlmQ.Datasets.Verification;

/// <summary>Something in a dataset that is not what the format or the manifest says.</summary>
/// <param name="File">The file's name in the dataset's folder.</param>
/// <param name="Row">The row in the part, from 0; null where it is the whole file.</param>
/// <param name="Column">The column; null where it is the whole row or file.</param>
/// <param name="What">What is wrong.</param>
public sealed record Breach(string File, long? Row, string? Column, string What)
{
    /// <summary>One line: <c>part-00000.parquet, row 3, column reward: NaN is not finite</c>.</summary>
    public override string ToString() =>
        File + (Row is { } row ? $", row {row}" : "") + (Column is { } column ? $", column {column}" : "") + ": " + What;
}
