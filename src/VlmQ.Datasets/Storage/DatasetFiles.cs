using VlmQ.Core.Episodes;
using VlmQ.Datasets.Storage.S3;

namespace VlmQ.Datasets.Storage;

/// <summary>Opens the files of a dataset, wherever it lies: the one place that knows what a location means.</summary>
public static class DatasetFiles
{
    /// <summary>Opens a dataset's files to read; whether there is one is found out later.</summary>
    /// <param name="location">A folder, or <c>s3://bucket/prefix</c>.</param>
    /// <param name="stop">Stops whatever the files wait for on a network.</param>
    /// <returns>The files, or the fault of a location that cannot be understood.</returns>
    public static Result<IDatasetFiles> Open(string location, CancellationToken stop = default) =>
        S3Location.IsMeant(location)
            ? S3Location
                .Parse(location)
                .Bind(found => S3Connection.Open().Map<IDatasetFiles>(connection => new S3Files(connection.At(found), stop)))
            : new Result<IDatasetFiles>.Ok(new DiskFiles(location, create: false));

    /// <summary>Makes a folder to write a dataset to.</summary>
    /// <param name="folder">The folder, on a disk.</param>
    /// <returns>Its files, or the fault of not being able to make it.</returns>
    public static Result<IDatasetFiles> Create(string folder)
    {
        if (S3Location.IsMeant(folder))
        {
            return NotWritable(folder);
        }
        try
        {
            return new Result<IDatasetFiles>.Ok(new DiskFiles(folder, create: true));
        }
        catch (Exception exception) when (StorageFaults.IsStorage(exception))
        {
            return Fault.External($"the folder cannot be made: {exception.Reason()}", folder, "name a folder that may be written to");
        }
    }

    /// <summary>The fault of writing to a store that is only read from.</summary>
    public static Fault NotWritable(string location) =>
        Fault.Configuration("datasets are written to folders", location, "write to a folder, then `vlmq dataset push FOLDER s3://…`");
}
