using System.Collections.Concurrent;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Manifest;

namespace VlmQ.Datasets.Storage.Cache;

/// <summary>
/// Parts that were read over a network, kept in a folder under their SHA-256. An entry is written aside, held against its digest and
/// renamed, and held against it again when a process first opens it, so what is stale, cut off or damaged is never read. Processes may
/// share the folder: they lock the files that they read or write, and the oldest of the others make room.
/// </summary>
internal sealed class PartCache(CacheSettings settings)
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(20);

    private readonly CacheFolder _folder = new(settings);
    private readonly ConcurrentDictionary<string, bool> _sound = new();

    /// <summary>Opens a part, fetching it if it is not kept yet, or only in part.</summary>
    /// <param name="part">The part.</param>
    /// <param name="fetch">Opens the part over the network.</param>
    /// <param name="where">The part there, for messages.</param>
    /// <param name="cancellationToken">Stops it; what was fetched stays, and is gone on from.</param>
    /// <returns>The part, or null where it does not fit beside what is being read.</returns>
    /// <exception cref="FaultException">It cannot be had or kept, or is not the one that the manifest lists.</exception>
    public async Task<Stream?> OpenAsync(
        PartEntry part,
        Func<CancellationToken, Task<Stream>> fetch,
        string where,
        CancellationToken cancellationToken
    )
    {
        try
        {
            while (true)
            {
                if (OpenEntry(part, cancellationToken) is { } entry)
                {
                    return entry;
                }
                CacheFolder.Room room;
                using (await LockAsync(cancellationToken).ConfigureAwait(false))
                {
                    room = _folder.Reserve(part.Sha256, part.Bytes);
                }
                if (room.Full)
                {
                    return null;
                }
                if (room.File is { } file)
                {
                    await FillAsync(part, file, fetch, where, cancellationToken).ConfigureAwait(false);
                    continue;
                }
                // Another caller is fetching the part, or another process is making room.
                await Task.Delay(BetweenLooks, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (StorageFaults.IsStorage(exception))
        {
            throw StorageFaults.Cache(settings.Folder, exception);
        }
    }

    private FileStream? OpenEntry(PartEntry part, CancellationToken cancellationToken)
    {
        FileStream? entry = _folder.OpenEntry(part.Sha256);
        if (entry is null || (entry.Length == part.Bytes && IsSound(part.Sha256, entry, cancellationToken)))
        {
            return entry;
        }
        entry.Dispose();
        _folder.Remove(part.Sha256);
        return null;
    }

    // Nobody knows what happened to the file since another process put it there; once is enough, as for a part in a dataset's folder.
    private bool IsSound(string sha256, FileStream entry, CancellationToken cancellationToken)
    {
        if (_sound.ContainsKey(sha256))
        {
            return true;
        }
        if (Digest.Of(entry, cancellationToken) != sha256)
        {
            return false;
        }
        entry.Position = 0;
        _sound.TryAdd(sha256, true);
        return true;
    }

    private async Task<IDisposable> LockAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_folder.TryLock() is { } gate)
            {
                return gate;
            }
            await Task.Delay(BetweenLooks, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task FillAsync(
        PartEntry part,
        FileStream file,
        Func<CancellationToken, Task<Stream>> fetch,
        string where,
        CancellationToken cancellationToken
    )
    {
        await using (file.ConfigureAwait(false))
        {
            await using Stream source = await fetch(cancellationToken).ConfigureAwait(false);
            try
            {
                await ResumableCopy.RunAsync(source, file, part.Sha256, where, cancellationToken).ConfigureAwait(false);
            }
            catch (FaultException) when (file.Length == 0)
            {
                File.Delete(file.Name);
                throw;
            }
            file.Flush(flushToDisk: true);
            using (await LockAsync(cancellationToken).ConfigureAwait(false))
            {
                _folder.Commit(file.Name, part.Sha256);
            }
            _sound.TryAdd(part.Sha256, true);
        }
    }
}
