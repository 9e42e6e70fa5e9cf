using VlmQ.Core.Episodes;

namespace VlmQ.Datasets.Storage;

/// <summary>Makes a dataset's folder.</summary>
internal static class Folders
{
    /// <summary>The folder's files, or the fault of not being able to make it.</summary>
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
