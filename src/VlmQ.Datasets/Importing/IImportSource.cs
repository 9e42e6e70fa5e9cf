namespace VlmQ.Datasets.Importing;

/// <summary>Files of one format, as episodes that are still to be made.</summary>
internal interface IImportSource
{
    /// <summary>All files that decide what is imported, the table of tasks among them.</summary>
    IReadOnlyList<string> Files { get; }

    /// <summary>The episodes in order.</summary>
    /// <exception cref="Core.Episodes.FaultException">A file is damaged.</exception>
    IAsyncEnumerable<ImportItem> ReadAsync(CancellationToken cancellationToken);
}
