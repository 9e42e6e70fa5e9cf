using System.Collections.Immutable;
using System.Text;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Manifest;
using VlmQ.Datasets.Storage;
using VlmQ.Datasets.Tests.Support;
using VlmQ.Tests.Shared;

namespace VlmQ.Datasets.Tests.Manifest;

public sealed class HostileManifestTests
{
    private static readonly string Hash = new('a', 64);

    [Fact]
    public async Task Damaged_manifests_are_read_or_refused_within_the_budget_and_nothing_else()
    {
        byte[] original = ManifestJson.Write(Manifest());
        Read(original);
        int refused = await Fuzz.RunAsync([original], Read, thrown => thrown is FaultException, length => (1 << 20) + (200L * length));
        Assert.InRange(refused, Fuzz.Mutations / 4, Fuzz.Mutations);
    }

    [Theory]
    [InlineData("\"rows\": 20", "\"rows\": 9223372036854775807")]
    [InlineData("\"bytes\": 300", "\"bytes\": 9223372036854775807")]
    [InlineData("\"k\"", "\"\\ud800\"")]
    [InlineData("\"v\"", "\"\\udc00\"")]
    public void Numbers_and_texts_that_cannot_be_are_refused(string written, string hostile)
    {
        string manifest = Encoding.UTF8.GetString(ManifestJson.Write(Manifest()));
        Assert.Contains(written, manifest, StringComparison.Ordinal);
        Assert.Throws<FaultException>(() => Read(Encoding.UTF8.GetBytes(manifest.Replace(written, hostile, StringComparison.Ordinal))));
    }

    [Fact]
    public void Counts_that_only_overflow_together_are_refused()
    {
        // Four times 2⁶² is zero in 64 bits.
        const string Large = "4611686018427387904";
        string manifest = Encoding.UTF8.GetString(ManifestJson.Write(Manifest(parts: 4)));
        foreach ((string name, int each) in new[] { ("rows", 20), ("turns", 18) })
        {
            manifest = manifest
                .Replace($"\"{name}\": {4 * each},", $"\"{name}\": 0,", StringComparison.Ordinal)
                .Replace($"\"{name}\": {each},", $"\"{name}\": {Large},", StringComparison.Ordinal);
        }
        Assert.Equal(8, manifest.Split(Large).Length - 1);
        Assert.Throws<FaultException>(() => Read(Encoding.UTF8.GetBytes(manifest)));
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{\"parts\":")]
    [InlineData("{\"parts\":[")]
    public async Task A_manifest_nested_without_end_is_refused(string opening)
    {
        byte[] hostile = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(opening, 1 << 17)));
        Assert.False(await Fuzz.TryAsync(hostile, 0, Read, thrown => thrown is FaultException, length => (1 << 20) + (200L * length)));
    }

    [Theory]
    [InlineData("rows")]
    [InlineData("turns")]
    [InlineData("episodes")]
    [InlineData("consumed")]
    [InlineData("rejects")]
    [InlineData("rejects_bytes")]
    [InlineData("bytes")]
    public async Task Every_number_that_a_count_can_claim_is_read_or_refused(string name)
    {
        string manifest = Encoding.UTF8.GetString(ManifestJson.Write(Manifest()));
        int start = manifest.LastIndexOf($"\"{name}\": ", StringComparison.Ordinal) + name.Length + 4;
        int end = start + manifest.AsSpan(start).IndexOfAnyExceptInRange('0', '9');
        string[] claims = [.. Mutations.Extremes.SelectMany(claim => new[] { $"{claim}", $"-{claim}", $"{claim}.5", $"{claim}e400" })];
        foreach (string claim in claims)
        {
            byte[] hostile = Encoding.UTF8.GetBytes(manifest[..start] + claim + manifest[end..]);
            await Fuzz.TryAsync(hostile, 0, Read, thrown => thrown is FaultException, length => (1 << 20) + (200L * length));
        }
    }

    [Fact]
    public void A_manifest_that_is_a_link_is_refused()
    {
        using TemporaryFolder folder = new();
        using TemporaryFolder elsewhere = new();
        File.WriteAllBytes(elsewhere["secret.json"], ManifestJson.Write(Manifest()));
        File.CreateSymbolicLink(folder[DatasetManifest.FileName], elsewhere["secret.json"]);
        Assert.IsType<Result<DatasetManifest>.Failed>(ManifestFile.Read(new DiskFiles(folder.Path, false)));
    }

    private static void Read(byte[] manifest) => ManifestJson.Read(manifest, "manifest.json").OrThrow();

    private static DatasetManifest Manifest(int parts = 2) =>
        new()
        {
            Kind = DatasetKind.Episodes,
            Complete = true,
            Consumed = 1,
            Rejects = 0,
            RejectsBytes = 0,
            Digests = ImmutableSortedDictionary<string, string>.Empty.Add(DigestNames.Source, Hash),
            Properties = ImmutableSortedDictionary<string, string>.Empty.Add("k", "v"),
            Parts = [.. Enumerable.Range(0, parts).Select(i => new PartEntry(PartEntry.NameOf(i), 20, 18, 2, 300, Hash))],
        };
}
