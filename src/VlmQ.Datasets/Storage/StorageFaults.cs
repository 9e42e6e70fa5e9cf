using VlmQ.Core.Episodes;

namespace VlmQ.Datasets.Storage;

/// <summary>Turns what the disk refuses into faults that say where and what to do.</summary>
internal static class StorageFaults
{
    /// <summary>True for the exceptions that a disk or its permissions cause.</summary>
    public static bool IsStorage(Exception exception) => exception is IOException or UnauthorizedAccessException;

    /// <summary>A write failed.</summary>
    public static FaultException Write(string folder, string name, Exception exception) =>
        new(
            Fault.External(
                $"cannot be written: {Reason(exception)}",
                Path.Combine(folder, name),
                "free space or mend the folder's permissions and run the same command again: it goes on after the last whole part"
            ),
            exception
        );

    /// <summary>A read failed.</summary>
    public static FaultException Read(string folder, string name, Exception exception) =>
        new(
            Fault.External(
                $"cannot be read: {Reason(exception)}",
                Path.Combine(folder, name),
                "check that the file is there and may be read"
            ),
            exception
        );

    /// <summary>The folder of the cache cannot be used.</summary>
    public static FaultException Cache(string folder, Exception exception) =>
        new(
            Fault.External(
                $"the cache cannot be used: {Reason(exception)}",
                folder,
                "free space, set a smaller --cache-size, or name another folder with --cache"
            ),
            exception
        );

    private static string Reason(Exception exception)
    {
        const int NoSpace = 28;
        const int OverQuota = 122;
        return exception.HResult is NoSpace or OverQuota ? "no space is left on the disk" : exception.Reason();
    }
}
