namespace VlmQ.Datasets.Storage;

/// <summary>
/// The files of one dataset folder: the little that committing whole parts needs. Names are plain file names in the folder.
/// </summary>
public interface IDatasetFiles
{
    /// <summary>The folder, for messages.</summary>
    string Folder { get; }

    /// <summary>True if a file of that name is there.</summary>
    bool Exists(string name);

    /// <summary>The names of all files, in ordinal order.</summary>
    IReadOnlyList<string> Names();

    /// <summary>The length in bytes.</summary>
    /// <exception cref="IOException">There is no such file.</exception>
    long Length(string name);

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
