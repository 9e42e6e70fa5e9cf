using Amazon.Runtime;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Manifest;
using VlmQ.Datasets.Reading;
using VlmQ.Datasets.Storage;
using VlmQ.Datasets.Storage.Cache;
using VlmQ.Datasets.Storage.S3;
using VlmQ.Datasets.Tests.Storage.Server;
using VlmQ.Datasets.Tests.Support;
using VlmQ.Datasets.Transfer;
using VlmQ.Datasets.Transitions;
using VlmQ.Tests.Shared;

namespace VlmQ.Datasets.Tests.Storage;

/// <summary>The same code against a real S3-compatible server: s3rver, a package of npm, on loopback.</summary>
public sealed class S3rverTests
{
    [Fact]
    public async Task A_dataset_goes_to_s3rver_in_pieces_is_read_there_with_and_without_a_cache_and_comes_back()
    {
        await using S3rver server = await S3rver.StartAsync();
        TestContext.Current.TestOutputHelper?.WriteLine($"server: s3rver at {server.Endpoint}");
        using TemporaryFolder original = new();
        using TemporaryFolder back = new();
        using TemporaryFolder cache = new();
        await TransitionFolders.WriteAsync(original.Path, TransitionFolders.Episodes(30));
        S3Settings settings = new()
        {
            Endpoint = server.Endpoint,
            Credentials = new BasicAWSCredentials(S3rver.Account, S3rver.Account),
            UploadPieceBytes = 1 << 12,
        };
        string location = $"s3://{S3rver.Bucket}/a prefix/ü+%/dataset";
        using S3Connection streamed = new(settings);
        using S3Connection cached = new(settings with { Cache = new CacheSettings(cache.Path) });

        (await DatasetPush.RunAsync(original.Path, streamed.Objects(location), 2, null, default)).OrThrow();
        Assert.Equal(0, (await DatasetPush.RunAsync(original.Path, streamed.Objects(location), 2, null, default)).OrThrow().Parts);
        IDatasetFiles there = new S3Files(streamed.Objects(location));
        Assert.Equal(new DiskFiles(original.Path, create: false).Names(), there.Names());
        Assert.Null(ManifestFile.Verify(there, ManifestFile.Open(there).OrThrow()));
        foreach (S3Connection connection in (S3Connection[])[streamed, cached, cached])
        {
            DatasetReader<TransitionEpisode> reader = TransitionDataset.OpenReader(new S3Files(connection.Objects(location))).OrThrow();
            Assert.Equal(30, (await reader.ReadAsync().ToListAsync(TestContext.Current.CancellationToken)).Count);
        }
        (await DatasetPull.RunAsync(there, back.Path, 2, null, default)).OrThrow();
        foreach (string path in Directory.GetFiles(original.Path))
        {
            Assert.Equal(await File.ReadAllBytesAsync(path), await File.ReadAllBytesAsync(back[Path.GetFileName(path)]));
        }
    }

    [Fact]
    public async Task What_s3rver_does_not_have_or_refuses_is_a_fault()
    {
        await using S3rver server = await S3rver.StartAsync();
        S3Settings settings = new() { Endpoint = server.Endpoint, Credentials = new BasicAWSCredentials(S3rver.Account, S3rver.Account) };
        using S3Connection connection = new(settings);
        Fault none = TransitionFolders.FaultOf(ManifestFile.Open(new S3Files(connection.Objects($"s3://{S3rver.Bucket}/nothing"))));
        Assert.Equal((FaultKind.Data, "there is no manifest.json, so this is no dataset"), (none.Kind, none.What));
        FaultException bucket = await Assert.ThrowsAsync<FaultException>(() =>
            connection.Objects("s3://no-such-bucket/x").ListAsync(default)
        );
        Assert.Equal((FaultKind.Data, "there is no such bucket"), (bucket.Fault.Kind, bucket.Fault.What));
        using S3Connection stranger = new(settings with { Credentials = new BasicAWSCredentials("stranger", "wrong") });
        using MemoryStream file = new([1, 2, 3]);
        FaultException refused = await Assert.ThrowsAsync<FaultException>(() =>
            new S3Upload(stranger.Objects($"s3://{S3rver.Bucket}/x")).SendAsync("y", file, Digest.Of([1, 2, 3]), default)
        );
        Assert.Equal(FaultKind.External, refused.Fault.Kind);
        Assert.Contains("AWS_ACCESS_KEY_ID", refused.Fault.Remedy, StringComparison.Ordinal);
    }
}
