using System.Collections.Immutable;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Columns;
using VlmQ.Datasets.Storage;

namespace VlmQ.Datasets.Exchange;

/// <summary>
/// Pictures as files, named by the SHA-256 of their bytes: <c>images/ab/abcd….png</c>. Equal ones are one file, and none can be altered
/// unnoticed.
/// </summary>
internal sealed class PictureFiles(string folder)
{
    private const string Root = "images";

    /// <summary>Writes a picture unless it is there; returns its path in the folder.</summary>
    public string Put(ImmutableArray<byte> picture)
    {
        string digest = Digest.Of(picture.AsSpan());
        bool jpeg = picture is [0xFF, 0xD8, ..];
        string path = $"{Root}/{digest[..2]}/{digest}{(jpeg ? ".jpg" : ".png")}";
        string file = Path.Combine(folder, path);
        if (!File.Exists(file))
        {
            string aside = file + AtomicFile.TemporarySuffix;
            string below = Path.GetDirectoryName(file)!;
            RefuseLinks(Path.GetDirectoryName(below)!, below, aside);
            Directory.CreateDirectory(below);
            File.WriteAllBytes(aside, ImageColumn.Unwrap(picture));
            File.Move(aside, file, overwrite: true);
        }
        return path;
    }

    /// <summary>Reads a picture.</summary>
    /// <exception cref="FaultException">The path is none that <see cref="Put"/> makes, or the file is missing or altered.</exception>
    public ImmutableArray<byte> Get(string path)
    {
        string name = Path.GetFileNameWithoutExtension(path);
        bool known = Digest.IsWellFormed(name) && (path == $"{Root}/{name[..2]}/{name}.png" || path == $"{Root}/{name[..2]}/{name}.jpg");
        if (!known)
        {
            throw new FaultException(Fault.Data($"'{path}' is no path of an exported picture", folder, "export the dataset again"));
        }
        string file = Path.Combine(folder, path);
        if (!File.Exists(file))
        {
            throw new FaultException(Fault.Data("the picture is missing", file, "export the dataset again"));
        }
        try
        {
            byte[] bytes = File.ReadAllBytes(file);
            return Digest.Of(bytes) == name
                ? ImageColumn.Wrap(bytes)
                : throw new FaultException(Fault.Data("the picture is not the one that its name says", file, "export the dataset again"));
        }
        catch (Exception exception) when (StorageFaults.IsStorage(exception))
        {
            throw StorageFaults.Read(folder, path, exception);
        }
    }

    // Writing through a link would write outside the folder.
    private static void RefuseLinks(params ReadOnlySpan<string> paths)
    {
        foreach (string path in paths)
        {
            if (new FileInfo(path).LinkTarget is not null)
            {
                throw new IOException($"'{path}' is a symbolic link; pictures are written to plain files and folders.");
            }
        }
    }
}
