using System.Collections.Immutable;
using System.Text;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Manifest;
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
