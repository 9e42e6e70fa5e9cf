using System.Collections.Immutable;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Manifest;
using VlmQ.Datasets.Storage;
using VlmQ.Datasets.Writing;

namespace VlmQ.Datasets.Selection;

/// <summary>The manifests of datasets that can be read as one.</summary>
internal sealed class RemakeSources
{
    // What two datasets of transitions must share to be learned from together.
    private static readonly ImmutableArray<string> SharedDigests = [DigestNames.Tokenizer, DigestNames.Template];
    private const string ImageSize = "image_size";

    private readonly ImmutableArray<DatasetManifest> _manifests;

    private RemakeSources(ImmutableArray<DatasetManifest> manifests) => _manifests = manifests;

    /// <summary>The kind of all.</summary>
    public DatasetKind Kind => _manifests[0].Kind;

    /// <summary>Episodes of all.</summary>
    public long Episodes => _manifests.Sum(manifest => manifest.Episodes);

    /// <summary>Opens the sources.</summary>
    /// <exception cref="FaultException">One is no whole dataset, or two do not go together.</exception>
    public static RemakeSources Open(ImmutableArray<string> folders, CancellationToken cancellationToken)
    {
        ImmutableArray<DatasetManifest> manifests = [.. folders.Select(folder => Open(folder, cancellationToken))];
        for (int i = 1; i < manifests.Length; i++)
        {
            if (Difference(manifests[0], manifests[i]) is { } what)
            {
                throw new FaultException(
                    Fault.Configuration(
                        $"{what} than {folders[0]}",
                        folders[i],
                        manifests[i].Kind == manifests[0].Kind ? "convert both with the same options" : "merge datasets of one kind"
                    )
                );
            }
        }
        return new RemakeSources(manifests);
    }

    /// <summary>What a target is made from.</summary>
    /// <param name="selection">How its episodes are chosen, in words.</param>
    public DatasetHeader HeaderOf(string selection)
    {
        ImmutableSortedDictionary<string, string> digests = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);
        foreach (string name in SharedDigests.Where(name => IsShared(manifest => manifest.Digests, name)))
        {
            digests = _manifests[0].Digests.TryGetValue(name, out string? digest) ? digests.SetItem(name, digest) : digests;
        }
        return new DatasetHeader
        {
            Title = Kind == DatasetKind.Episodes ? "Episodes" : "Token transitions",
            Digests = digests.SetItem(DigestNames.Source, SourceDigest()).SetItem(DigestNames.Config, Digest.Of(selection)),
            Properties = Properties().SetItem("selection", selection),
        };
    }

    private static DatasetManifest Open(string folder, CancellationToken cancellationToken)
    {
        DatasetManifest manifest = DatasetFiles.Open(folder, cancellationToken).Bind(ManifestFile.Open).OrThrow();
        return manifest.Complete
            ? manifest
            : throw new FaultException(
                Fault.Data("the dataset is not complete", folder, "run the command that makes it again: it goes on where it stopped")
            );
    }

    private static string? Difference(DatasetManifest first, DatasetManifest other)
    {
        if (first.Kind != other.Kind)
        {
            return "it is of another kind";
        }
        if (first.Kind == DatasetKind.Episodes)
        {
            return null;
        }
        foreach (string name in SharedDigests)
        {
            if (first.Digests.GetValueOrDefault(name) != other.Digests.GetValueOrDefault(name))
            {
                return $"it was made with another {name}";
            }
        }
        return first.Properties.GetValueOrDefault(ImageSize) != other.Properties.GetValueOrDefault(ImageSize)
            ? "its pictures are of another size"
            : null;
    }

    private string SourceDigest() =>
        _manifests.Length == 1
            ? _manifests[0].ContentDigest()
            : Digest.Of(string.Join('\n', _manifests.Select(manifest => manifest.ContentDigest())));

    // What is not the same everywhere is said to differ: left out, it would be taken for what it is by default.
    private ImmutableSortedDictionary<string, string> Properties() =>
        _manifests
            .SelectMany(manifest => manifest.Properties.Keys)
            .Distinct()
            .ToImmutableSortedDictionary(
                name => name,
                name => IsShared(manifest => manifest.Properties, name) ? _manifests[0].Properties[name] : PropertyValues.Differs,
                StringComparer.Ordinal
            );

    private bool IsShared(Func<DatasetManifest, ImmutableSortedDictionary<string, string>> part, string name) =>
        _manifests.All(manifest => part(manifest).GetValueOrDefault(name) == part(_manifests[0]).GetValueOrDefault(name));
}
