using VlmQ.Core.Episodes;

namespace VlmQ.Datasets.Storage;

/// <summary>Small files that appear whole or not at all: written aside, synchronized, renamed.</summary>
internal static class AtomicFile
{
    /// <summary>The ending of files that are not committed yet.</summary>
    public const string TemporarySuffix = ".tmp";

    /// <summary>Writes or replaces a file.</summary>
    /// <exception cref="FaultException">The disk refused; the file is as it was.</exception>
    public static void Write(IDatasetFiles files, string name, ReadOnlySpan<byte> bytes)
    {
        string temporary = name + TemporarySuffix;
        try
        {
            using (Stream stream = files.Create(temporary))
            {
                stream.Write(bytes);
                stream.Flush();
                files.Synchronize(stream);
            }
            files.Rename(temporary, name);
        }
        catch (Exception exception) when (StorageFaults.IsStorage(exception))
        {
            throw StorageFaults.Write(files.Folder, name, exception);
        }
    }
}
