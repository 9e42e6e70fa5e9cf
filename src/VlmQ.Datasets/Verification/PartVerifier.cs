using System.Collections.Immutable;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Columns;
using VlmQ.Datasets.Manifest;
using VlmQ.Datasets.Reading;
using VlmQ.Datasets.Storage;
using VlmQ.Datasets.Writing;

namespace VlmQ.Datasets.Verification;

/// <summary>Verifies the parts of one dataset, one after the other, and collects the breaches.</summary>
internal sealed class PartVerifier<TEpisode>(IDatasetFiles files, IEpisodeCodec<TEpisode> codec, int limit)
{
    private readonly List<Breach> _breaches = [];
    private readonly HashSet<UInt128> _ids = [];

    /// <summary>Breaches in all.</summary>
    public long Found { get; private set; }

    /// <summary>Rows that could be read.</summary>
    public long RowsRead { get; private set; }

    /// <summary>The first breaches.</summary>
    public ImmutableArray<Breach> Breaches() => [.. _breaches];

    /// <summary>Verifies a part: length, digest, row groups, rows, and what the manifest counts.</summary>
    public async Task VerifyAsync(PartEntry part, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        Fault? damage = ManifestFile.CheckLength(files, part);
        if (damage is null || files.Exists(part.File))
        {
            damage ??= ManifestFile.CheckHash(files, part, cancellationToken);
            Add(part.File, null, null, damage?.What);
            await ReadAsync(part, progress, cancellationToken).ConfigureAwait(false);
            return;
        }
        Add(part.File, null, null, damage.What);
    }

    /// <summary>Finds parts that the manifest does not list, and rejects that are not as long as it says.</summary>
    public void CheckOtherFiles(DatasetManifest manifest)
    {
        HashSet<string> listed = [.. manifest.Parts.Select(part => part.File)];
        foreach (string name in files.Names())
        {
            Add(name, null, null, PartEntry.IsPartName(name) && !listed.Contains(name) ? "the manifest does not list the part" : null);
        }
        long rejects = files.Exists(Reject.FileName) ? files.Length(Reject.FileName) : 0;
        if (rejects != manifest.RejectsBytes)
        {
            Add(Reject.FileName, null, null, $"it has {rejects} bytes, the manifest says {manifest.RejectsBytes}");
        }
    }

    private async Task ReadAsync(PartEntry part, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        long rows = 0;
        long turns = 0;
        long episodes = 0;
        bool whole = true;
        await foreach (
            ReadGroup<TEpisode> group in PartScan
                .GroupsAsync(files, codec, part, cancellationToken: cancellationToken)
                .ConfigureAwait(false)
        )
        {
            if (group.Episodes is not Result<ImmutableArray<ReadEpisode<TEpisode>>>.Ok { Value: var read })
            {
                string what = ((Result<ImmutableArray<ReadEpisode<TEpisode>>>.Failed)group.Episodes).Fault.What;
                bool opened = group.Group >= 0;
                string where = opened ? $"row group {group.Group}: " : "";
                Add(part.File, opened ? group.FirstRow : null, group.UnreadableColumn, where + what);
                whole = false;
                continue;
            }
            foreach (ReadEpisode<TEpisode> episode in read)
            {
                turns += Check(part, group.FirstRow + episode.FirstRow, episode, ref whole);
            }
            rows += group.Rows;
            episodes += read.Length;
            RowsRead += group.Rows;
            progress?.Report(RowsRead);
        }
        if (whole && (rows, turns, episodes) != (part.Rows, part.Turns, part.Episodes))
        {
            string held = $"it holds {rows} rows, {turns} turns and {episodes} episodes";
            Add(part.File, null, null, $"{held}; the manifest says {part.Rows}, {part.Turns} and {part.Episodes}");
        }
    }

    private int Check(PartEntry part, long firstRow, ReadEpisode<TEpisode> read, ref bool whole)
    {
        if (read.Episode is not Result<TEpisode>.Ok { Value: { } episode })
        {
            whole = false;
            foreach (RowBreach breach in read.Breaches)
            {
                Add(part.File, firstRow - read.FirstRow + breach.Row, breach.Column, breach.What);
            }
            return 0;
        }
        if (!_ids.Add(EpisodeKey.Of(read.Id)))
        {
            Add(part.File, firstRow, "episode_id", $"another episode is called '{read.Id}' too");
        }
        foreach (RowBreach breach in EpisodeRules.BreachesOf(episode))
        {
            Add(part.File, firstRow + breach.Row, breach.Column, breach.What);
        }
        return codec.SizeOf(episode).Turns;
    }

    private void Add(string file, long? row, string? column, string? what)
    {
        if (what is null)
        {
            return;
        }
        Found++;
        if (_breaches.Count < limit)
        {
            _breaches.Add(new Breach(file, row, column, what));
        }
    }
}
