using VlmQ.Core.Episodes;

namespace VlmQ.Datasets.Storage;

/// <summary>Opens the files of a dataset, wherever it lies: the one place that knows what a location means.</summary>
public static class DatasetFiles
{
    /// <summary>Opens a dataset's files to read; whether there is one is found out later.</summary>
    /// <param name="location">A folder.</param>
    /// <returns>The files, or the fault of a location that cannot be understood.</returns>
    public static Result<IDatasetFiles> Open(string location) => new Result<IDatasetFiles>.Ok(new DiskFiles(location, create: false));

    /// <summary>Makes a folder to write a dataset to.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>Its files, or the fault of not being able to make it.</returns>
    public static Result<IDatasetFiles> Create(string folder)
    {
        try
        {
            return new Result<IDatasetFiles>.Ok(new DiskFiles(folder, create: true));
        }
        catch (Exception exception) when (StorageFaults.IsStorage(exception))
        {
            return Fault.External($"the folder cannot be made: {exception.Message}", folder, "name a folder that may be written to");
        }
    }
}
