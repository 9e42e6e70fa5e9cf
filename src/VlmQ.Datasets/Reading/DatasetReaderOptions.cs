namespace VlmQ.Datasets.Reading;

/// <summary>How a dataset is read.</summary>
public sealed record DatasetReaderOptions
{
    /// <summary>Hold each part against its SHA-256 before its first row is used. It costs about a millisecond a megabyte.</summary>
    public bool Verify { get; init; } = true;

    /// <summary>Read a dataset whose run has not come to its end: its whole parts.</summary>
    public bool AllowIncomplete { get; init; } = true;
}
