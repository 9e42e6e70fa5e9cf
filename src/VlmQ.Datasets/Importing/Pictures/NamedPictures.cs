using VlmQ.Datasets.Storage;

namespace VlmQ.Datasets.Importing.Pictures;

/// <summary>The picture files that an episode names by their paths: they decide the dataset's bytes as its files do.</summary>
internal static class NamedPictures
{
    /// <summary>The digest of the files' bytes, in the order in which the episode names them; null where it names none.</summary>
    /// <param name="draft">The episode.</param>
    /// <param name="pictures">Reads the files.</param>
    /// <param name="read">Digests of those that were read already, by address; gets the others.</param>
    public static string? DigestOf(EpisodeDraft draft, PictureLoader pictures, IDictionary<string, string> read)
    {
        List<string> digests = [];
        foreach (DraftTurn turn in draft.Turns)
        {
            Add(turn.Observation);
        }
        Add(draft.Final);
        return digests.Count == 0 ? null : Digest.Of(string.Join('\n', digests));

        void Add(DraftObservation? seen)
        {
            if (seen?.Picture is not PictureReference.Address { Text: var address } || !PictureLoader.IsFile(address))
            {
                return;
            }
            if (!read.TryGetValue(address, out string? digest))
            {
                digest = pictures.DigestOf(address);
                read.Add(address, digest);
            }
            digests.Add(digest);
        }
    }
}
