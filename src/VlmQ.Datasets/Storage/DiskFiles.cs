using System.ComponentModel;
using System.Runtime.InteropServices;

namespace VlmQ.Datasets.Storage;

/// <summary>A dataset folder on a disk.</summary>
public sealed class DiskFiles : IDatasetFiles
{
    private const int BufferBytes = 1 << 16;

    // Files are written in large pieces; without a buffer, closing one never has to write, so it cannot fail on a full disk.
    private const int Unbuffered = 0;

    /// <param name="folder">The folder; made if it is missing and <paramref name="create"/> is true.</param>
    /// <param name="create">Make the folder.</param>
    /// <exception cref="IOException">It cannot be made.</exception>
    public DiskFiles(string folder, bool create)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        Folder = folder;
        if (create)
        {
            Directory.CreateDirectory(folder);
        }
    }

    /// <inheritdoc/>
    public string Folder { get; }

    /// <inheritdoc/>
    public bool Exists(string name) => File.Exists(PathOf(name));

    /// <inheritdoc/>
    public IReadOnlyList<string> Names()
    {
        if (!Directory.Exists(Folder))
        {
            return [];
        }
        List<string> names = [];
        foreach (string path in Directory.EnumerateFiles(Folder))
        {
            names.Add(Path.GetFileName(path));
        }
        names.Sort(StringComparer.Ordinal);
        return names;
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, long> Lengths()
    {
        Dictionary<string, long> lengths = new(StringComparer.Ordinal);
        foreach (FileInfo file in Directory.Exists(Folder) ? new DirectoryInfo(Folder).EnumerateFiles() : [])
        {
            if (file.Exists) // A link to nowhere is no file.
            {
                lengths.Add(file.Name, file.Length);
            }
        }
        return lengths;
    }

    /// <inheritdoc/>
    public long Length(string name) => new FileInfo(PathOf(name)).Length;

    /// <inheritdoc/>
    public Stream OpenRead(string name)
    {
        string path = PathOf(name);
        if (new FileInfo(path).LinkTarget is not null)
        {
            throw new IOException($"'{path}' is a symbolic link; a dataset's files are plain files.");
        }
        return new DiskStream(path, BufferBytes);
    }

    /// <inheritdoc/>
    public Stream Create(string name)
    {
        string path = PathOf(name);
        RemoveLink(path);
        return new FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.Read, Unbuffered);
    }

    /// <inheritdoc/>
    public Stream OpenAppend(string name, long length)
    {
        string path = PathOf(name);
        RemoveLink(path);
        FileStream stream = new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, Unbuffered);
        if (stream.Length < length)
        {
            stream.Dispose();
            throw new IOException($"'{path}' is shorter than the {length} bytes that were committed.");
        }
        stream.SetLength(length);
        stream.Seek(0, SeekOrigin.End);
        return stream;
    }

    /// <inheritdoc/>
    public void Synchronize(Stream stream)
    {
        if (stream is FileStream file)
        {
            file.Flush(flushToDisk: true);
        }
    }

    /// <inheritdoc/>
    public void Rename(string from, string to)
    {
        File.Move(PathOf(from), PathOf(to), overwrite: true);
        SynchronizeFolder();
    }

    /// <inheritdoc/>
    public void Delete(string name) => File.Delete(PathOf(name));

    private static void RemoveLink(string path)
    {
        // Writing through a link would write outside the folder.
        if (new FileInfo(path).LinkTarget is not null)
        {
            File.Delete(path);
        }
    }

    private string PathOf(string name)
    {
        if (name.Length == 0 || name is "." or ".." || name.AsSpan().IndexOfAny('/', '\\', '\0') >= 0)
        {
            throw new ArgumentException($"'{name}' is not a plain file name.", nameof(name));
        }
        return Path.Combine(Folder, name);
    }

    // A rename survives a power cut only once the folder itself is on the disk; .NET cannot open a folder, libc can.
    private void SynchronizeFolder()
    {
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS())
        {
            return;
        }
        int descriptor = OpenDescriptor(Folder, 0);
        if (descriptor < 0)
        {
            throw new IOException($"'{Folder}': {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");
        }
        try
        {
            const int NotSupportedHere = 22; // EINVAL: a file system that cannot synchronize folders has nothing to lose.
            if (Fsync(descriptor) != 0 && Marshal.GetLastPInvokeError() is int error and not NotSupportedHere)
            {
                throw new IOException($"'{Folder}': {new Win32Exception(error).Message}");
            }
        }
        finally
        {
            _ = CloseDescriptor(descriptor);
        }
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    private static extern int OpenDescriptor([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static extern int Fsync(int descriptor);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    private static extern int CloseDescriptor(int descriptor);
}
