using System.Text;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Manifest;
using VlmQ.Datasets.Storage.S3;
using VlmQ.Datasets.Tests.Storage.Server;
using VlmQ.Datasets.Tests.Support;
using VlmQ.Datasets.Transfer;
using VlmQ.Datasets.Transitions;
using VlmQ.Datasets.Writing;

namespace VlmQ.Datasets.Tests.Storage;

/// <summary>Pushing to and pulling from the tests' own server; pieces of an upload have 1 KiB here, so every part has several.</summary>
public sealed class TransferTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly TemporaryFolder _pulled = new();
    private readonly FaultyServer _server = new();

    public async ValueTask InitializeAsync() => await TransitionFolders.WriteAsync(_folder.Path, TransitionFolders.Episodes(12));

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
        _pulled.Dispose();
    }

    [Fact]
    public async Task What_is_pushed_and_pulled_has_the_same_bytes_and_the_manifest_comes_last()
    {
        using S3Connection connection = _server.Connect();
        TransferReport pushed = (await PushAsync(connection)).OrThrow();
        Assert.Equal(pushed.Manifest.Parts.Length, pushed.Parts);
        AssertHeld();
        StoreRequest last = _server.Asked.Last(request => request.Method is "PUT" or "POST");
        Assert.Equal(Remote.Prefix + DatasetManifest.FileName, last.Key);
        TransferReport pulled = (await PullAsync(connection)).OrThrow();
        Assert.Equal(pushed.Parts, pulled.Parts);
        AssertSame();
    }

    [Fact]
    public async Task Faults_on_the_way_change_nothing()
    {
        int asked = 0;
        ServerFault[] faults = [ServerFault.InternalError, ServerFault.SlowDown, ServerFault.Truncate, ServerFault.Reset];
        _server.Spoil = _ => Interlocked.Increment(ref asked) is var i && i % 3 == 0 ? faults[i / 3 % faults.Length] : ServerFault.None;
        using S3Connection connection = _server.Connect(Remote.Quick with { Attempts = 8 });
        (await PushAsync(connection)).OrThrow();
        AssertHeld();
        (await PullAsync(connection)).OrThrow();
        AssertSame();
    }

    [Fact]
    public async Task A_push_that_broke_leaves_no_dataset_and_goes_on_with_the_pieces_that_were_sent()
    {
        using S3Connection connection = _server.Connect();
        int pieces = 0;
        _server.Spoil = request => request.Query("partNumber") is not null && ++pieces > 5 ? ServerFault.Forbidden : ServerFault.None;
        Assert.Equal(FaultKind.External, TransitionFolders.FaultOf(await PushAsync(connection)).Kind);
        Assert.DoesNotContain(Remote.Prefix + DatasetManifest.FileName, _server.Objects.Keys);
        Assert.Equal(1, _server.Objects.Uploads);

        _server.Spoil = _ => ServerFault.None;
        _server.Asked.Clear();
        (await PushAsync(connection)).OrThrow();
        AssertHeld();
        Assert.Equal(0, _server.Objects.Uploads);
        long all = Directory.GetFiles(_folder.Path).Sum(path => new FileInfo(path).Length);
        Assert.InRange(
            _server.Asked.Where(request => request.Method == "PUT").Sum(request => (long)request.Body.Length),
            1,
            all - (5 << 10)
        );

        _server.Asked.Clear();
        Assert.Equal((0, 0), ((await PushAsync(connection)).OrThrow() is var again ? again.Parts : -1, again.Bytes));
        Assert.DoesNotContain(_server.Asked, request => request.Method is "PUT" or "POST");
    }

    [Fact]
    public async Task Pieces_that_were_begun_for_another_content_do_no_harm()
    {
        using S3Connection connection = _server.Connect();
        byte[] other = new byte[5000];
        using MemoryStream stream = new(other);
        _server.Spoil = request => request.Query("partNumber") == "3" ? ServerFault.Forbidden : ServerFault.None;
        await Assert.ThrowsAsync<FaultException>(() =>
            new S3Upload(connection.Objects()).SendAsync("part-00000.parquet", stream, new string('0', 64), default)
        );
        _server.Spoil = _ => ServerFault.None;
        (await PushAsync(connection)).OrThrow();
        AssertHeld();
        (await PullAsync(connection)).OrThrow();
        AssertSame();
    }

    [Fact]
    public async Task An_earlier_state_of_the_dataset_grows_and_another_dataset_is_left_alone()
    {
        using S3Connection connection = _server.Connect();
        DatasetManifest whole = ManifestFile.Open(new Datasets.Storage.DiskFiles(_folder.Path, create: false)).OrThrow();
        byte[] manifest = ManifestJson.Write(whole);
        ManifestFile.Write(
            new Datasets.Storage.DiskFiles(_folder.Path, create: false),
            whole with
            {
                Parts = whole.Parts[..1],
                Complete = false,
            }
        );
        Assert.Equal(1, (await PushAsync(connection)).OrThrow().Parts);
        Assert.Equal(1, (await PullAsync(connection)).OrThrow().Parts);
        await File.WriteAllBytesAsync(_folder[DatasetManifest.FileName], manifest, TestContext.Current.CancellationToken);
        Assert.Equal(whole.Parts.Length - 1, (await PushAsync(connection)).OrThrow().Parts);
        Assert.Equal(whole.Parts.Length - 1, (await PullAsync(connection)).OrThrow().Parts);
        AssertSame();

        using TemporaryFolder other = new();
        await TransitionFolders.WriteAsync(other.Path, TransitionFolders.Episodes(3));
        Fault refused = TransitionFolders.FaultOf(await DatasetPush.RunAsync(other.Path, connection.Objects(), 1, null, default));
        Assert.Equal((FaultKind.Configuration, "another dataset is there"), (refused.Kind, refused.What));
        Fault pull = TransitionFolders.FaultOf(await DatasetPull.RunAsync(connection.Files(), other.Path, 1, null, default));
        Assert.Equal((FaultKind.Configuration, "another dataset is there"), (pull.Kind, pull.What));
        AssertHeld();
    }

    [Fact]
    public async Task A_damaged_part_is_not_pushed()
    {
        byte[] bytes = await File.ReadAllBytesAsync(_folder["part-00001.parquet"], TestContext.Current.CancellationToken);
        bytes[100] ^= 1;
        await File.WriteAllBytesAsync(_folder["part-00001.parquet"], bytes, TestContext.Current.CancellationToken);
        using S3Connection connection = _server.Connect();
        Assert.Equal(FaultKind.Data, TransitionFolders.FaultOf(await PushAsync(connection)).Kind);
        Assert.DoesNotContain(Remote.Prefix + DatasetManifest.FileName, _server.Objects.Keys);
    }

    [Fact]
    public async Task A_pull_that_was_cut_off_goes_on_in_the_middle_of_a_part_and_mends_what_is_wrong()
    {
        _server.Hold(_folder);
        byte[] part = _server.Objects[Remote.Prefix + "part-00000.parquet"];
        await File.WriteAllBytesAsync(_pulled["part-00000.parquet.tmp"], part[..700], TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(_pulled["part-00001.parquet.tmp"], new byte[700], TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(_pulled["part-00002.parquet"], new byte[700], TestContext.Current.CancellationToken);
        using S3Connection connection = _server.Connect();
        (await PullAsync(connection)).OrThrow();
        AssertSame();
    }

    [Fact]
    public async Task A_folder_with_other_files_is_not_pulled_into()
    {
        _server.Hold(_folder);
        await File.WriteAllTextAsync(_pulled["thesis.tex"], "", TestContext.Current.CancellationToken);
        using S3Connection connection = _server.Connect();
        Assert.Equal(FaultKind.Configuration, TransitionFolders.FaultOf(await PullAsync(connection)).Kind);
        Assert.Single(Directory.GetFiles(_pulled.Path));
    }

    [Fact]
    public async Task A_manifest_that_lies_about_lengths_costs_no_memory()
    {
        _server.Hold(_folder);
        string manifest = Encoding.UTF8.GetString(_server.Objects[Remote.Prefix + DatasetManifest.FileName]);
        _server.Objects[Remote.Prefix + DatasetManifest.FileName] = Encoding.UTF8.GetBytes(
            manifest
                .Replace("\"rejects_bytes\": 0", "\"rejects_bytes\": 4611686018427387904", StringComparison.Ordinal)
                .Replace("\"rejects\": 0", "\"rejects\": 1", StringComparison.Ordinal)
        );
        _server.Objects[Remote.Prefix + Reject.FileName] = "{}"u8.ToArray();
        using S3Connection connection = _server.Connect();
        Assert.Equal(FaultKind.Data, TransitionFolders.FaultOf(await PullAsync(connection)).Kind);
        Assert.False(File.Exists(_pulled[DatasetManifest.FileName]));
    }

    private Task<Result<TransferReport>> PushAsync(S3Connection connection) =>
        DatasetPush.RunAsync(_folder.Path, connection.Objects(), 1, null, TestContext.Current.CancellationToken);

    private Task<Result<TransferReport>> PullAsync(S3Connection connection) =>
        DatasetPull.RunAsync(connection.Files(), _pulled.Path, 2, null, TestContext.Current.CancellationToken);

    private void AssertHeld()
    {
        string[] names = [.. Directory.GetFiles(_folder.Path).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
        Assert.Equal(names.Select(name => Remote.Prefix + name), _server.Objects.Keys);
        Assert.All(names, name => Assert.Equal(File.ReadAllBytes(_folder[name]), _server.Objects[Remote.Prefix + name]));
    }

    private void AssertSame()
    {
        string[] names = [.. Directory.GetFiles(_folder.Path).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
        Assert.Equal(names, Directory.GetFiles(_pulled.Path).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
        Assert.All(names, name => Assert.Equal(File.ReadAllBytes(_folder[name]), File.ReadAllBytes(_pulled[name])));
    }
}
