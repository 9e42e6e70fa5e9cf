using System.Collections.Immutable;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Columns;
using VlmQ.Datasets.Manifest;
using VlmQ.Datasets.Reading;
using VlmQ.Datasets.Storage;
using VlmQ.Datasets.Verification;
using VlmQ.Datasets.Writing;

namespace VlmQ.Datasets.Repair;

/// <summary>
/// Salvages what is whole of a damaged dataset into a new one. Of a part whose digest is wrong, a row group is kept only if all its rows
/// can be read, keep the format's rules, and have pictures that decode: nothing in it shows damage. Where its footer is lost, as in a part
/// whose end was cut off, its row groups are found by their pages. Of a sound part, only the episodes that break the rules are left out.
/// What is lost is listed in the new dataset's <c>rejects.jsonl</c>.
/// </summary>
public static class DatasetRepair
{
    /// <summary>Repairs a dataset; the damaged one stays as it is.</summary>
    /// <param name="source">The damaged dataset's folder; its manifest must be whole.</param>
    /// <param name="target">The new dataset's folder.</param>
    /// <param name="writer">How it is cut into parts.</param>
    /// <param name="progress">Gets the rows done so far.</param>
    /// <param name="cancellationToken">Stops it; what is committed stays, and another run goes on.</param>
    public static async Task<Result<RepairReport>> RunAsync(
        string source,
        string target,
        DatasetWriterOptions writer,
        IProgress<long>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        try
        {
            IDatasetFiles files = DatasetFiles.Open(source, cancellationToken).OrThrow();
            DatasetManifest manifest = ManifestFile.Find(files).OrThrow();
            Work work = new(files, manifest, target, writer, progress, cancellationToken);
            return await FormatWork.OnAsync(manifest.Kind, work).ConfigureAwait(false);
        }
        catch (FaultException exception)
        {
            return exception.Fault;
        }
    }

    private sealed class Work(
        IDatasetFiles files,
        DatasetManifest before,
        string target,
        DatasetWriterOptions options,
        IProgress<long>? progress,
        CancellationToken cancellationToken
    ) : IFormatWork<RepairReport>
    {
        private readonly List<Loss> _losses = [];
        private long _rows;
        private long _skip;

        public async Task<RepairReport> RunAsync<TEpisode>(IEpisodeCodec<TEpisode> codec)
        {
            DatasetHeader header = new()
            {
                Title = before.Kind == DatasetKind.Episodes ? "Repaired episodes" : "Repaired token transitions",
                Digests = before.Digests.SetItem(DigestNames.Source, before.ContentDigest()),
                Properties = before.Properties.SetItem("repaired", "true"),
            };
            await using DatasetWriter<TEpisode> writer = DatasetWriter<TEpisode>
                .Open(DatasetFiles.Create(target).OrThrow(), codec, header, options)
                .OrThrow();
            // Of a repair that is done nothing is written again; what was lost is found out again.
            bool done = writer.Manifest.Complete;
            _skip = done ? long.MaxValue : writer.Consumed;
            foreach (PartEntry part in before.Parts)
            {
                await PartAsync(codec, writer, part).ConfigureAwait(false);
            }
            DatasetManifest made = done ? writer.Manifest : await writer.CompleteAsync(cancellationToken).ConfigureAwait(false);
            return new RepairReport(target, before, made, [.. _losses]);
        }

        private async Task PartAsync<TEpisode>(IEpisodeCodec<TEpisode> codec, DatasetWriter<TEpisode> writer, PartEntry part)
        {
            if (!files.Exists(part.File))
            {
                Lose(writer, new Loss(part.File, 0, part.Rows, part.Bytes, "the part is missing"));
                return;
            }
            bool sound = (ManifestFile.CheckLength(files, part) ?? ManifestFile.CheckHash(files, part, cancellationToken)) is null;
            await foreach (
                ReadGroup<TEpisode> group in PartScan
                    .GroupsAsync(files, codec, part, salvage: true, cancellationToken)
                    .ConfigureAwait(false)
            )
            {
                await GroupAsync(writer, part, group, sound).ConfigureAwait(false);
                progress?.Report(_rows += group.Rows);
            }
        }

        private async Task GroupAsync<TEpisode>(DatasetWriter<TEpisode> writer, PartEntry part, ReadGroup<TEpisode> group, bool sound)
        {
            if (group.Episodes is not Result<ImmutableArray<ReadEpisode<TEpisode>>>.Ok { Value: var episodes })
            {
                string what = ((Result<ImmutableArray<ReadEpisode<TEpisode>>>.Failed)group.Episodes).Fault.What;
                Lose(writer, new Loss(part.File, group.FirstRow, group.Rows, group.Bytes, what));
                return;
            }
            string?[] wrong = [.. episodes.Select(WhatIsWrong)];
            if (!sound && Array.Find(wrong, what => what is not null) is { } first)
            {
                string damage = $"the part is damaged, and in this row group {first}";
                Lose(writer, new Loss(part.File, group.FirstRow, group.Rows, group.Bytes, damage));
                return;
            }
            for (int i = 0; i < episodes.Length; i++)
            {
                if (wrong[i] is { } what)
                {
                    long end = i + 1 < episodes.Length ? episodes[i + 1].FirstRow : group.Rows;
                    Lose(
                        writer,
                        new Loss(part.File, group.FirstRow + episodes[i].FirstRow, end - episodes[i].FirstRow, 0, what),
                        episodes[i].Id
                    );
                }
                else if (--_skip < 0)
                {
                    await writer.WriteAsync(episodes[i].Episode.OrThrow(), cancellationToken).ConfigureAwait(false);
                }
            }
        }

        private static string? WhatIsWrong<TEpisode>(ReadEpisode<TEpisode> read)
        {
            IEnumerable<RowBreach> breaches = read.Episode is Result<TEpisode>.Ok ok
                ? EpisodeRules.BreachesOf(ok.Value)
                : read.Breaches.Select(breach => breach with { Row = breach.Row - read.FirstRow });
            foreach (RowBreach breach in breaches)
            {
                return $"row {breach.Row} of episode '{read.Id}' breaks a rule: {breach.Column}: {breach.What}";
            }
            return null;
        }

        private void Lose<TEpisode>(DatasetWriter<TEpisode> writer, Loss loss, string episode = "")
        {
            _losses.Add(loss);
            if (--_skip < 0)
            {
                string where = $"{loss.File}, rows {loss.FirstRow} to {loss.FirstRow + loss.Rows - 1}";
                writer.Reject(new Reject(episode, Fault.Data(loss.What, where)));
            }
        }
    }
}
