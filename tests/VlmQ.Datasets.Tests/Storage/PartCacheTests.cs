using VlmQ.Core.Episodes;
using VlmQ.Datasets.Manifest;
using VlmQ.Datasets.Storage;
using VlmQ.Datasets.Storage.Cache;
using VlmQ.Datasets.Storage.S3;
using VlmQ.Datasets.Tests.Storage.Server;
using VlmQ.Datasets.Tests.Support;

namespace VlmQ.Datasets.Tests.Storage;

/// <summary>The cache of parts, filled from the tests' own server.</summary>
public sealed class PartCacheTests : IAsyncDisposable
{
    private const int PartBytes = 9 << 20;

    private readonly TemporaryFolder _folder = new();
    private readonly FaultyServer _server = new();

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_part_is_fetched_once_and_read_from_the_folder_after()
    {
        PartEntry part = Part(0);
        using S3Connection first = Connect(parts: 2);
        Assert.Equal(part.Sha256, await DigestAsync(first, part));
        int asked = _server.Asked.Count;
        Assert.Equal(part.Sha256, await DigestAsync(first, part));
        using S3Connection second = Connect(parts: 2);
        Assert.Equal(part.Sha256, await DigestAsync(second, part));
        Assert.Equal(asked, _server.Asked.Count);
        AssertFiles(["lock", part.Sha256 + ".parquet"]);
    }

    [Fact]
    public async Task Many_readers_of_one_part_fetch_it_once()
    {
        PartEntry part = Part(0);
        using S3Connection first = Connect(parts: 2);
        using S3Connection second = Connect(parts: 2);
        string[] digests = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(i => Task.Run(() => DigestAsync(i % 2 == 0 ? first : second, part)))
        );
        Assert.All(digests, digest => Assert.Equal(part.Sha256, digest));
        Assert.Equal(PartBytes, _server.Asked.Where(IsRead).Sum(BytesOf));
    }

    [Fact]
    public async Task What_was_used_longest_ago_makes_room()
    {
        PartEntry[] parts = [Part(0), Part(1), Part(2), Part(3)];
        using S3Connection connection = Connect(parts: 2);
        foreach (int i in (int[])[0, 1, 0, 2, 0, 3])
        {
            Assert.Equal(parts[i].Sha256, await DigestAsync(connection, parts[i]));
            Assert.InRange(new DirectoryInfo(_folder.Path).EnumerateFiles().Sum(file => file.Length), 0, 2 * PartBytes);
            await Task.Delay(5, TestContext.Current.CancellationToken); // Times of use must differ on the disk.
        }
        AssertFiles(["lock", .. Whole(parts[0], parts[3])]);
    }

    [Fact]
    public async Task What_is_being_read_stays_and_the_rest_streams()
    {
        PartEntry[] parts = [Part(0), Part(1), Part(2)];
        using S3Connection connection = Connect(parts: 2);
        await using (Stream first = await connection.Files().OpenPartAsync(parts[0], default))
        await using (Stream second = await connection.Files().OpenPartAsync(parts[1], default))
        {
            Assert.Equal(parts[2].Sha256, await DigestAsync(connection, parts[2]));
            AssertFiles(["lock", .. Whole(parts[0], parts[1])]);
            Assert.Equal(parts[0].Sha256, Digest.Of(first));
        }
        Assert.Equal(parts[2].Sha256, await DigestAsync(connection, parts[2]));
        Assert.Contains(parts[2].Sha256 + ".parquet", Files());
    }

    [Fact]
    public async Task A_part_larger_than_the_cache_streams_and_drives_nothing_out()
    {
        PartEntry small = Part(0);
        byte[] bytes = Bytes(7, 2 * PartBytes);
        _server.Objects[Remote.Prefix + "part-00007.parquet"] = bytes;
        PartEntry large = new("part-00007.parquet", 1, 1, 1, bytes.Length, Digest.Of(bytes));
        using S3Connection connection = Connect(parts: 1);
        await DigestAsync(connection, small);
        Assert.Equal(large.Sha256, await DigestAsync(connection, large));
        AssertFiles(["lock", small.Sha256 + ".parquet"]);
    }

    [Fact]
    public async Task A_fetch_that_was_stopped_goes_on_where_it_was()
    {
        PartEntry part = Part(0);
        using (S3Connection stopped = Connect(parts: 2))
        {
            using CancellationTokenSource stop = new();
            int reads = 0;
            _server.Spoil = request =>
            {
                if (IsRead(request) && ++reads == 3)
                {
                    stop.Cancel();
                }
                return ServerFault.None;
            };
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await stopped.Files().OpenPartAsync(part, stop.Token));
        }
        AssertFiles(["lock", $"{part.Sha256}.{PartBytes}.partial"]);
        long left = new FileInfo(_folder[$"{part.Sha256}.{PartBytes}.partial"]).Length;
        Assert.InRange(left, 1, PartBytes - 1);
        _server.Spoil = _ => ServerFault.None;
        _server.Asked.Clear();
        using S3Connection again = Connect(parts: 2);
        Assert.Equal(part.Sha256, await DigestAsync(again, part));
        Assert.Equal(PartBytes - left, _server.Asked.Where(IsRead).Sum(BytesOf));
        AssertFiles(["lock", part.Sha256 + ".parquet"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_a_crash_left_with_wrong_bytes_is_fetched_anew(bool whole)
    {
        PartEntry part = Part(0);
        string name = whole ? $"{part.Sha256}.parquet" : $"{part.Sha256}.{PartBytes}.partial";
        await File.WriteAllBytesAsync(_folder[name], new byte[whole ? PartBytes : 1000], TestContext.Current.CancellationToken);
        using S3Connection connection = Connect(parts: 2);
        Assert.Equal(part.Sha256, await DigestAsync(connection, part));
        AssertFiles(["lock", part.Sha256 + ".parquet"]);
    }

    [Fact]
    public async Task A_part_with_other_bytes_than_the_manifest_says_is_refused_and_not_kept()
    {
        PartEntry part = Part(0);
        byte[] damaged = Bytes(0, PartBytes);
        damaged[5_000_000] ^= 1;
        _server.Objects[Remote.Prefix + part.File] = damaged;
        using S3Connection connection = Connect(parts: 2);
        FaultException caught = await Assert.ThrowsAsync<FaultException>(() => DigestAsync(connection, part));
        Assert.Equal(FaultKind.Data, caught.Fault.Kind);
        Assert.Contains($"the manifest says {part.Sha256}", caught.Fault.What, StringComparison.Ordinal);
        AssertFiles(["lock"]);
    }

    [Fact]
    public async Task Files_of_others_in_the_folder_are_never_removed()
    {
        await File.WriteAllTextAsync(_folder["notes.parquet"], "mine", TestContext.Current.CancellationToken);
        PartEntry[] parts = [Part(0), Part(1)];
        using S3Connection connection = Connect(parts: 1);
        foreach (PartEntry part in parts)
        {
            Assert.Equal(part.Sha256, await DigestAsync(connection, part));
        }
        AssertFiles(["lock", "notes.parquet", .. Whole(parts[1])]);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_used_is_a_fault_with_a_way_out()
    {
        await File.WriteAllTextAsync(_folder["file"], "", TestContext.Current.CancellationToken);
        using S3Connection connection = _server.Connect(cache: new CacheSettings(_folder["file"]));
        PartEntry part = Part(0);
        FaultException caught = await Assert.ThrowsAsync<FaultException>(() => DigestAsync(connection, part));
        Assert.Equal(FaultKind.External, caught.Fault.Kind);
        Assert.Contains("--cache", caught.Fault.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1", 1)]
    [InlineData("50GiB", 50L << 30)]
    [InlineData(" 7 mib ", 7L << 20)]
    public void A_size_is_bytes_or_has_a_unit(string text, long bytes) => Assert.Equal(bytes, CacheSettings.ParseSize(text).OrThrow());

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("much")]
    [InlineData("9999999999TiB")]
    public void A_size_that_cannot_be_is_a_fault(string text) =>
        Assert.Equal(FaultKind.Configuration, TransitionFolders.FaultOf(CacheSettings.ParseSize(text)).Kind);

    private static bool IsRead(StoreRequest request) => request.Header("Range") is not null;

    private static long BytesOf(StoreRequest request)
    {
        long[] ends = [.. request.Header("Range")!["bytes=".Length..].Split('-').Select(long.Parse)];
        return ends[1] - ends[0] + 1;
    }

    private static byte[] Bytes(int seed, int count)
    {
        byte[] bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static async Task<string> DigestAsync(S3Connection connection, PartEntry part)
    {
        await using Stream stream = await connection.Files().OpenPartAsync(part, TestContext.Current.CancellationToken);
        return Digest.Of(stream);
    }

    private static string[] Whole(params PartEntry[] parts) => [.. parts.Select(part => part.Sha256 + ".parquet")];

    private S3Connection Connect(int parts) => _server.Connect(cache: new CacheSettings(_folder.Path, parts * (long)PartBytes));

    private string[] Files() => [.. Directory.GetFiles(_folder.Path).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    private void AssertFiles(params string[] expected) => Assert.Equal(expected.Order(StringComparer.Ordinal), Files());

    private PartEntry Part(int index)
    {
        byte[] bytes = Bytes(index, PartBytes);
        _server.Objects[$"{Remote.Prefix}part-{index:D5}.parquet"] = bytes;
        return new PartEntry(PartEntry.NameOf(index), 1, 1, 1, PartBytes, Digest.Of(bytes));
    }
}
