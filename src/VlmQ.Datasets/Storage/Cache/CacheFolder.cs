using System.Globalization;

namespace VlmQ.Datasets.Storage.Cache;

/// <summary>
/// The files of a cache: <c>SHA256.parquet</c> for what is whole, <c>SHA256.BYTES.partial</c> for what is being fetched or was left
/// off, which counts with the bytes that it is to have. Files of other names are never touched.
/// </summary>
internal sealed class CacheFolder
{
    private const string Whole = ".parquet";
    private const string Begun = ".partial";
    private const string Gate = "lock";

    private readonly string _folder;
    private readonly long _limit;

    public CacheFolder(CacheSettings settings)
    {
        _folder = settings.Folder;
        _limit = settings.LimitBytes;
    }

    /// <summary>A place for a part: the file to fill, or none because it is full, or because another holds it.</summary>
    public readonly record struct Room(FileStream? File, bool Full);

    private readonly record struct Item(FileInfo File, string Sha256, long Bytes);

    /// <summary>Opens a whole part and marks it as used; null where it is not there, or is going away.</summary>
    public FileStream? OpenEntry(string sha256)
    {
        string path = Path.Combine(_folder, sha256 + Whole);
        try
        {
            // Sharing for reading is a lock that a process making room respects.
            FileStream entry = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            File.SetLastWriteTimeUtc(entry.SafeFileHandle, DateTime.UtcNow);
            return entry;
        }
        catch (IOException exception) when (IsGoneOrHeld(exception))
        {
            return null;
        }
    }

    /// <summary>Removes a whole part that is not what its name says, unless somebody reads it.</summary>
    public void Remove(string sha256) => TryRemove(Path.Combine(_folder, sha256 + Whole));

    /// <summary>Takes the folder for the time of making room; null while another has it.</summary>
    public FileStream? TryLock()
    {
        Directory.CreateDirectory(_folder);
        return TryHold(Path.Combine(_folder, Gate), FileMode.OpenOrCreate);
    }

    /// <summary>Makes room for a part, removing what was used longest ago and is used by nobody, and begins or takes up its file.</summary>
    public Room Reserve(string sha256, long bytes)
    {
        string path = Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"{sha256}.{bytes}{Begun}"));
        List<Item> items = Items();
        if (items.Exists(item => item.Sha256 == sha256 && item.File.Name.EndsWith(Whole, StringComparison.Ordinal)))
        {
            return default;
        }
        if (!File.Exists(path))
        {
            long excess = items.Sum(item => item.Bytes) + bytes - _limit;
            foreach (Item item in items.OrderBy(item => item.File.LastWriteTimeUtc))
            {
                if (excess <= 0 || bytes > _limit)
                {
                    break;
                }
                excess -= TryRemove(item.File.FullName) ? item.Bytes : 0;
            }
            if (excess > 0)
            {
                return new Room(null, Full: true);
            }
        }
        return new Room(TryHold(path, FileMode.OpenOrCreate), Full: false);
    }

    /// <summary>Makes a filled file a whole part; the folder must be taken, lest another takes the file up before it has its name.</summary>
    public void Commit(string path, string sha256) => File.Move(path, Path.Combine(_folder, sha256 + Whole), overwrite: true);

    private List<Item> Items()
    {
        List<Item> items = [];
        foreach (FileInfo file in new DirectoryInfo(_folder).EnumerateFiles())
        {
            string[] parts = file.Name.Split('.');
            if (!Digest.IsWellFormed(parts[0]) || !file.Exists)
            {
                continue;
            }
            if (parts.Length == 2 && file.Extension == Whole)
            {
                items.Add(new Item(file, parts[0], file.Length));
            }
            else if (
                parts.Length == 3
                && file.Extension == Begun
                && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out long bytes)
            )
            {
                items.Add(new Item(file, parts[0], bytes));
            }
        }
        return items;
    }

    // The lock is of the file that is open, not of its name: whoever opens the name later opens another file, or none.
    private static bool TryRemove(string path)
    {
        using FileStream? held = TryHold(path, FileMode.Open);
        if (held is not null)
        {
            File.Delete(path);
        }
        return held is not null || !File.Exists(path);
    }

    private static FileStream? TryHold(string path, FileMode mode)
    {
        try
        {
            return new FileStream(path, mode, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (IsGoneOrHeld(exception))
        {
            return null;
        }
    }

    private static bool IsGoneOrHeld(IOException exception)
    {
        const int HeldOnLinux = 11; // EAGAIN
        const int HeldOnMac = 35; // EAGAIN
        const int HeldOnWindows = unchecked((int)0x80070020); // ERROR_SHARING_VIOLATION
        return exception is FileNotFoundException or DirectoryNotFoundException
            || exception.HResult is HeldOnLinux or HeldOnMac or HeldOnWindows;
    }
}
