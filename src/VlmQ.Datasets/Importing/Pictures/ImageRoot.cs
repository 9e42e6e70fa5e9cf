using VlmQ.Core.Episodes;
using VlmQ.Datasets.Storage;

namespace VlmQ.Datasets.Importing.Pictures;

/// <summary>The folder that pictures are read from. No path leads out of it: not by <c>..</c>, not as an absolute one, not by a link.</summary>
internal sealed class ImageRoot
{
    // As many as Linux follows.
    private const int MostLinks = 40;

    private readonly string _folder;
    private readonly string _real;

    /// <param name="folder">The folder.</param>
    public ImageRoot(string folder)
    {
        _folder = Path.GetFullPath(folder);
        _real = RealPath(_folder);
    }

    /// <summary>The file that a path means.</summary>
    /// <param name="path">Relative to the folder, or absolute and in it.</param>
    /// <param name="where">Where it is written, for the fault.</param>
    public Result<string> Find(string path, string where)
    {
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal))
        {
            return Fault.Data("the path of the picture is empty or has a zero byte in it", where);
        }
        if (path.Length > ImportLimits.PathChars)
        {
            return Fault.Data($"the path of the picture has {path.Length} characters; it may have {ImportLimits.PathChars}", where);
        }
        try
        {
            string full = Path.GetFullPath(path, _folder);
            if (!IsIn(_folder, full) || !IsIn(_real, RealPath(full)))
            {
                return Fault.Data(
                    $"the picture '{path}' lies outside of {_folder}",
                    where,
                    "name a folder that holds all pictures with --image-root, and no path that leads out of it"
                );
            }
            return full;
        }
        catch (Exception exception) when (StorageFaults.IsStorage(exception) || exception is ArgumentException)
        {
            return Fault.Data($"the path of the picture '{path}' cannot be followed: {exception.Reason()}", where);
        }
    }

    private static bool IsIn(string folder, string path) =>
        path.StartsWith(Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    // The path without links, whether there is such a file or not.
    private static string RealPath(string full)
    {
        string root = Path.GetPathRoot(full)!;
        string current = root;
        Stack<string> rest = new();
        Push(rest, full[root.Length..]);
        int links = 0;
        while (rest.TryPop(out string? name))
        {
            if (name == "..")
            {
                current = Path.GetDirectoryName(current) ?? root;
                continue;
            }
            string next = Path.Combine(current, name);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                current = next;
                continue;
            }
            if (++links > MostLinks)
            {
                throw new IOException("there are too many links");
            }
            if (Path.IsPathRooted(target))
            {
                current = root;
                target = target[root.Length..];
            }
            Push(rest, target);
        }
        return current;
    }

    private static void Push(Stack<string> rest, string path)
    {
        string[] names = path.Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries);
        for (int i = names.Length - 1; i >= 0; i--)
        {
            if (names[i] != ".")
            {
                rest.Push(names[i]);
            }
        }
    }
}
