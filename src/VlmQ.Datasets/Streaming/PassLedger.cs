using System.Globalization;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Reading;
using VlmQ.Datasets.Storage;
using VlmQ.Datasets.Transitions;

namespace VlmQ.Datasets.Streaming;

/// <summary>
/// What trainers that follow a growing dataset together agree on: how many parts each pass goes over. The first that comes to a pass notes
/// the parts that it finds, in a file that appears whole or not at all and is never replaced; the others read it. So nobody waits, and all
/// have the same passes, however far one runs ahead of another, and again when they are started anew from an earlier position.
/// </summary>
/// <param name="folder">A folder on a disk that all trainers share; made if it is missing.</param>
internal sealed class PassLedger(string folder)
{
    private const string Remedy = "name a folder that only these trainers share, and an empty one for another dataset";

    /// <summary>The parts of a pass over a dataset, the first so many of it.</summary>
    /// <param name="source">The dataset's position in the stream.</param>
    /// <param name="epoch">The pass.</param>
    /// <param name="reader">The dataset as it is now.</param>
    /// <returns>How many, and the dataset as it must be for that: as it was, or as it has become meanwhile.</returns>
    /// <exception cref="FaultException">The folder cannot be used, or is of another dataset.</exception>
    public (int Parts, DatasetReader<TransitionEpisode> Reader) PartsOf(int source, int epoch, DatasetReader<TransitionEpisode> reader)
    {
        string path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"pass-{epoch:D6}-{source:D2}"));
        (int parts, string digest) = Agree(path, reader);
        // Whoever noted more parts saw the dataset later.
        DatasetReader<TransitionEpisode> now = parts > reader.Manifest.Parts.Length ? reader.Refresh().OrThrow() : reader;
        if (parts > now.Manifest.Parts.Length || now.Manifest.ContentDigest(parts) != digest)
        {
            string what = $"the pass was noted over {parts} parts with the digest {digest}, which {reader.Folder} does not have";
            throw new FaultException(Fault.Data(what, path, Remedy));
        }
        return (parts, now);
    }

    private (int Parts, string Digest) Agree(string path, DatasetReader<TransitionEpisode> reader)
    {
        try
        {
            if (!File.Exists(path))
            {
                Note(path, reader);
            }
            string[] noted = File.ReadAllText(path).TrimEnd().Split(' ');
            return noted.Length == 2 && int.TryParse(noted[0], NumberStyles.None, CultureInfo.InvariantCulture, out int parts) && parts > 0
                ? (parts, noted[1])
                : throw new FaultException(Fault.Data("the file does not tell the parts of a pass", path, Remedy));
        }
        catch (Exception exception) when (StorageFaults.IsStorage(exception))
        {
            throw new FaultException(Fault.External($"the trainers cannot agree: {exception.Reason()}", path, Remedy), exception);
        }
    }

    private void Note(string path, DatasetReader<TransitionEpisode> reader)
    {
        Directory.CreateDirectory(folder);
        int parts = reader.Manifest.Parts.Length;
        string aside = Path.Combine(folder, Path.GetRandomFileName() + AtomicFile.TemporarySuffix);
        File.WriteAllText(aside, string.Create(CultureInfo.InvariantCulture, $"{parts} {reader.Manifest.ContentDigest(parts)}\n"));
        try
        {
            File.Move(aside, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another trainer was faster; what it noted counts.
            File.Delete(aside);
        }
    }
}
