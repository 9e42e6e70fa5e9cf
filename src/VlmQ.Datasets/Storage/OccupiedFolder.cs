using VlmQ.Core.Episodes;

namespace VlmQ.Datasets.Storage;

/// <summary>Keeps what is written to a folder apart from what somebody else has in it.</summary>
public static class OccupiedFolder
{
    /// <summary>The fault of a folder that holds something of somebody else's; null where it does not, or where there is none yet.</summary>
    /// <param name="folder">The folder that is to be written to.</param>
    /// <param name="isOurs">Whether a file or folder in it, by name, may be what an earlier try left.</param>
    /// <param name="expected">What it would have to hold to be gone on with, in words.</param>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public static Fault? Refusal(string folder, Predicate<string> isOurs, string expected)
    {
        if (!Directory.Exists(folder))
        {
            return null;
        }
        string? stranger = Directory
            .EnumerateFileSystemEntries(folder)
            .Select(path => Path.GetFileName(path))
            .Where(name => !isOurs(name))
            .Min(StringComparer.Ordinal);
        return stranger is null
            ? null
            : Fault.Configuration($"the folder holds other files ({stranger}) and no {expected}", folder, "name another folder");
    }
}
