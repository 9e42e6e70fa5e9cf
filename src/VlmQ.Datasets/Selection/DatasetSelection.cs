using System.Collections.Immutable;
using System.Globalization;
using VlmQ.Core.Episodes;
using VlmQ.Core.Randomness;
using VlmQ.Datasets.Manifest;
using VlmQ.Datasets.Selection.Filtering;
using VlmQ.Datasets.Storage;
using VlmQ.Datasets.Writing;

namespace VlmQ.Datasets.Selection;

/// <summary>
/// Makes datasets out of datasets, of either kind, by whole episodes and in their order. The bytes are a function of the sources and the
/// arguments alone; a run that was interrupted goes on. Memory is a row group a target, whatever the size.
/// </summary>
public static class DatasetSelection
{
    /// <summary>Cuts a dataset into several, at random; each gets exactly its share, rounded to whole episodes.</summary>
    /// <param name="source">The dataset's folder.</param>
    /// <param name="shares">The shares; each is written to the folder of its name in <paramref name="target"/>.</param>
    /// <param name="target">The folder of the folders.</param>
    /// <param name="seed">The same seed gives the same bytes.</param>
    /// <param name="writer">How the targets are cut into parts.</param>
    /// <param name="progress">Gets the episodes read so far.</param>
    /// <param name="cancellationToken">Stops it; what is committed stays.</param>
    public static Task<Result<ImmutableArray<RemadeDataset>>> SplitAsync(
        string source,
        ImmutableArray<SplitShare> shares,
        string target,
        long seed,
        DatasetWriterOptions writer,
        IProgress<long>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        string all = string.Join(',', shares.Select(share => string.Create(CultureInfo.InvariantCulture, $"{share.Name}={share.Share}")));
        string words = string.Create(CultureInfo.InvariantCulture, $"of the split {all} with seed {seed}");
        RemakePlan plan = new()
        {
            Sources = [source],
            Targets = [.. shares.Select(share => (Path.Combine(target, share.Name), $"{share.Name} {words}"))],
            Router = sources =>
            {
                ImmutableArray<long> places = SplitShare.Places(shares, sources.Episodes);
                int empty = places.IndexOf(0);
                return empty < 0
                    ? EpisodeRouters.Random(places, places.Length, RandomKey.Of(seed, "split"))
                    : throw Wrong($"'{shares[empty].Name}' gets none of {sources.Episodes} episodes", source, "give it a greater share");
            },
            Writer = writer,
        };
        return Remaking.RunAsync(plan, progress, cancellationToken);
    }

    /// <summary>Takes exactly so many episodes at random, all sets of them equally likely.</summary>
    /// <param name="episodes">Episodes, at least 1.</param>
    /// <inheritdoc cref="SplitAsync"/>
    /// <param name="target">The sample's folder.</param>
    public static Task<Result<ImmutableArray<RemadeDataset>>> SampleAsync(
        string source,
        long episodes,
        string target,
        long seed,
        DatasetWriterOptions writer,
        IProgress<long>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        RemakePlan plan = new()
        {
            Sources = [source],
            Targets = [(target, string.Create(CultureInfo.InvariantCulture, $"a sample of {episodes} episodes with seed {seed}"))],
            Router = sources =>
                episodes <= sources.Episodes
                    ? EpisodeRouters.Random([episodes, sources.Episodes - episodes], 1, RandomKey.Of(seed, "sample"))
                    : throw Wrong($"there are {sources.Episodes} episodes, fewer than {episodes}", source, "ask for fewer"),
            Writer = writer,
        };
        return Remaking.RunAsync(plan, progress, cancellationToken);
    }

    /// <summary>Takes the episodes that a filter keeps.</summary>
    /// <param name="filter">The filter; see <see cref="EpisodeFilter"/>.</param>
    /// <inheritdoc cref="SampleAsync"/>
    public static Task<Result<ImmutableArray<RemadeDataset>>> FilterAsync(
        string source,
        string filter,
        string target,
        DatasetWriterOptions writer,
        IProgress<long>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        Result<DatasetManifest> opened = DatasetFiles.Open(source, cancellationToken).Bind(ManifestFile.Open);
        Result<EpisodeFilter> parsed = opened.Bind(manifest => EpisodeFilter.Parse(filter, manifest.Kind));
        if (parsed is not Result<EpisodeFilter>.Ok { Value: { } condition })
        {
            return Task.FromResult<Result<ImmutableArray<RemadeDataset>>>(((Result<EpisodeFilter>.Failed)parsed).Fault);
        }
        RemakePlan plan = new()
        {
            Sources = [source],
            Targets = [(target, $"episodes with {filter}")],
            Router = _ => (in facts) => condition.Keeps(facts) ? 0 : -1,
            Writer = writer,
        };
        return Remaking.RunAsync(plan, progress, cancellationToken);
    }

    /// <summary>Puts datasets one after another. Ids must differ, or be renamed; 16 bytes an episode are kept to see that they do.</summary>
    /// <param name="sources">The datasets' folders: of one kind, and transitions of one tokenizer, template and picture size.</param>
    /// <param name="rename">Put the source's number before each id: <c>0/…</c>, <c>1/…</c>.</param>
    /// <inheritdoc cref="SampleAsync"/>
    public static Task<Result<ImmutableArray<RemadeDataset>>> MergeAsync(
        ImmutableArray<string> sources,
        string target,
        bool rename,
        DatasetWriterOptions writer,
        IProgress<long>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        RemakePlan plan = new()
        {
            Sources = sources,
            Targets =
            [
                (target, string.Create(CultureInfo.InvariantCulture, $"{sources.Length} datasets merged{(rename ? ", renamed" : "")}")),
            ],
            Router = _ => (in _) => 0,
            Rename = rename,
            Writer = writer,
        };
        return Remaking.RunAsync(plan, progress, cancellationToken);
    }

    private static FaultException Wrong(string what, string where, string remedy) => new(Fault.Configuration(what, where, remedy));
}
