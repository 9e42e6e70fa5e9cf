using VlmQ.Datasets.Manifest;

namespace VlmQ.Datasets.Storage;

/// <summary>
/// The files of one dataset folder: the little that committing whole parts needs. Names are plain file names in the folder.
/// </summary>
public interface IDatasetFiles
{
    /// <summary>The folder, for messages.</summary>
    string Folder { get; }

    /// <summary>
    /// Whether <see cref="OpenPartAsync"/> holds a part against the manifest by itself, as far as that goes without reading it twice.
    /// Where it does not, its reader does.
    /// </summary>
    bool ChecksParts => false;

    /// <summary>True if a file of that name is there.</summary>
    bool Exists(string name);

    /// <summary>The names of all files, in ordinal order.</summary>
    IReadOnlyList<string> Names();

    /// <summary>The length in bytes.</summary>
    /// <exception cref="IOException">There is no such file.</exception>
    long Length(string name);

    /// <summary>The lengths in bytes of all files by name; null where the store does not say.</summary>
    IReadOnlyDictionary<string, long>? Lengths()
    {
        SortedDictionary<string, long> lengths = new(StringComparer.Ordinal);
        foreach (string name in Names())
        {
            lengths.Add(name, Length(name));
        }
        return lengths;
    }

    /// <summary>Opens a part that a manifest lists, to read from anywhere in it.</summary>
    /// <param name="part">The part.</param>
    /// <param name="cancellationToken">Stops the opening, and every read that waits for a network.</param>
    /// <exception cref="IOException">There is no such file, or it cannot be read.</exception>
    /// <exception cref="Core.Episodes.FaultException">It is not the part that the manifest lists, or cannot be had.</exception>
    ValueTask<Stream> OpenPartAsync(PartEntry part, CancellationToken cancellationToken) => ValueTask.FromResult(OpenRead(part.File));

    /// <summary>Opens a file to read from anywhere in it; refuses a symbolic link.</summary>
    /// <exception cref="IOException">There is no such file, or it cannot be read.</exception>
    Stream OpenRead(string name);

    /// <summary>Creates an empty file, or empties the one of that name.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    Stream Create(string name);

    /// <summary>Opens a file to add to its end, after cutting it to <paramref name="length"/> bytes; creates it if it is missing.</summary>
    /// <exception cref="IOException">It cannot be written, or is shorter.</exception>
    Stream OpenAppend(string name, long length);

    /// <summary>Makes sure that what was written to the stream is on the disk.</summary>
    void Synchronize(Stream stream);

    /// <summary>
    /// Gives a file another name, atomically replacing the one that has it, and makes sure that the folder is on the disk.
    /// </summary>
    void Rename(string from, string to);

    /// <summary>Deletes a file if it is there.</summary>
    void Delete(string name);
}
