using FsCheck;
using FsCheck.Fluent;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Manifest;
using VlmQ.Datasets.Reading;
using VlmQ.Datasets.Storage;
using VlmQ.Datasets.Storage.Retrying;
using VlmQ.Datasets.Storage.S3;
using VlmQ.Datasets.Tests.Storage.Server;
using VlmQ.Datasets.Tests.Support;
using VlmQ.Datasets.Transitions;
using VlmQ.Tests.Shared;

namespace VlmQ.Datasets.Tests.Storage;

/// <summary>Reading from the tests' own server, which spoils answers.</summary>
public sealed class S3FilesTests : IAsyncLifetime
{
    private static readonly ServerFault[] Passing =
    [
        ServerFault.InternalError,
        ServerFault.SlowDown,
        ServerFault.Truncate,
        ServerFault.Reset,
        ServerFault.Html,
    ];

    private readonly TemporaryFolder _folder = new();
    private readonly FaultyServer _server = new();

    public async ValueTask InitializeAsync()
    {
        await TransitionFolders.WriteAsync(_folder.Path, TransitionFolders.Episodes(30));
        _server.Hold(_folder);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_dataset_in_a_bucket_is_read_as_the_one_on_a_disk()
    {
        using S3Connection connection = _server.Connect();
        Assert.Equal(await DigestAsync(new DiskFiles(_folder.Path, create: false)), await DigestAsync(connection.Files()));
    }

    [Theory]
    [InlineData(ServerFault.InternalError)]
    [InlineData(ServerFault.SlowDown)]
    [InlineData(ServerFault.Truncate)]
    [InlineData(ServerFault.Reset)]
    [InlineData(ServerFault.Html)]
    [InlineData(ServerFault.Silence)]
    [InlineData(ServerFault.Dribble)]
    public async Task What_spoils_one_answer_in_four_costs_no_byte(ServerFault fault)
    {
        int asked = 0;
        bool endless = fault is ServerFault.Silence or ServerFault.Dribble;
        int most = endless ? 10 : int.MaxValue; // Each of those costs the time of a try.
        _server.Spoil = _ => Interlocked.Increment(ref asked) is var i && i % 4 == 2 && i < most ? fault : ServerFault.None;
        using S3Connection connection = _server.Connect(endless ? Remote.Impatient : Remote.Quick);
        Assert.Equal(await DigestAsync(new DiskFiles(_folder.Path, create: false)), await DigestAsync(connection.Files()));
        Assert.True(asked > 8);
    }

    [Fact]
    public void Any_faults_fewer_than_the_tries_give_the_bytes_of_the_disk()
    {
        byte[] expected = File.ReadAllBytes(_folder["part-00000.parquet"]);
        PartEntry part = ManifestFile.Open(new DiskFiles(_folder.Path, create: false)).OrThrow().Parts[0];
        Gen<ServerFault[]> schedules = Gen.Choose(0, Remote.Quick.Attempts - 1).SelectMany(count => Gen.Elements(Passing).ArrayOf(count));
        using S3Connection connection = _server.Connect();
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(40),
            Prop.ForAll(
                schedules.ToArbitrary(),
                schedule =>
                {
                    int next = 0;
                    _server.Spoil = _ => next < schedule.Length ? schedule[next++] : ServerFault.None;
                    using Stream stream = connection.Files().OpenPartAsync(part, default).AsTask().GetAwaiter().GetResult();
                    return ReadAll(stream).AsSpan().SequenceEqual(expected) && next == schedule.Length;
                }
            )
        );
    }

    [Fact]
    public async Task A_server_that_stays_in_trouble_is_a_fault_that_names_the_object_and_the_tries()
    {
        _server.Spoil = _ => ServerFault.InternalError;
        using S3Connection connection = _server.Connect();
        Fault fault = TransitionFolders.FaultOf(TransitionDataset.OpenReader(connection.Files()));
        Assert.Equal(FaultKind.External, fault.Kind);
        Assert.Equal(
            $"{Remote.Location}/manifest.json: the server said 500 InternalServerError after 5 tries; check the network and the server, then run "
                + "the same command again: it goes on where it stopped",
            fault.ToString()
        );
        Assert.Equal(5, _server.Asked.Count);
        await Task.CompletedTask;
    }

    [Theory]
    [InlineData(ServerFault.Html, "answer")]
    [InlineData(ServerFault.Silence, "no whole answer came in 0.4 s after 2 tries")]
    [InlineData(ServerFault.Truncate, "after 2 tries")]
    [InlineData(ServerFault.Forbidden, "access is refused")]
    public async Task What_does_not_pass_is_a_fault_of_the_outside(ServerFault fault, string says)
    {
        PartEntry part = ManifestFile.Open(new DiskFiles(_folder.Path, create: false)).OrThrow().Parts[0];
        _server.Spoil = _ => fault;
        RetryOptions retry = fault is ServerFault.Silence ? Remote.Impatient : Remote.Quick;
        using S3Connection connection = _server.Connect(retry with { Attempts = 2 });
        FaultException caught = await Assert.ThrowsAsync<FaultException>(async () => await connection.Files().OpenPartAsync(part, default));
        Assert.Equal(FaultKind.External, caught.Fault.Kind);
        Assert.Contains(says, caught.Fault.ToString(), StringComparison.Ordinal);
        Assert.StartsWith($"{Remote.Location}/part-00000.parquet", caught.Fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_that_is_a_page_for_people_is_a_fault()
    {
        _server.Spoil = request => request.Query("list-type") == "2" ? ServerFault.Html : ServerFault.None;
        using S3Connection connection = _server.Connect();
        Fault fault = TransitionFolders.FaultOf(TransitionDataset.OpenReader(connection.Files()));
        Assert.Equal(FaultKind.External, fault.Kind);
    }

    [Fact]
    public async Task A_store_that_does_not_list_is_read_and_its_parts_are_checked_as_they_are_opened()
    {
        _server.Spoil = request => request.Query("list-type") == "2" ? ServerFault.Forbidden : ServerFault.None;
        _server.Objects[Remote.Prefix + "part-00001.parquet"] = [1, 2, 3];
        using S3Connection connection = _server.Connect();
        DatasetReader<TransitionEpisode> reader = TransitionDataset.OpenReader(connection.Files()).OrThrow();
        FaultException caught = await Assert.ThrowsAsync<FaultException>(async () => await CountAsync(reader));
        Assert.Equal(FaultKind.Data, caught.Fault.Kind);
    }

    [Fact]
    public void A_part_that_is_missing_or_cut_off_is_named_when_the_dataset_is_opened()
    {
        using S3Connection connection = _server.Connect();
        _server.Objects[Remote.Prefix + "part-00001.parquet"] = _server.Objects[Remote.Prefix + "part-00001.parquet"][..^7];
        Assert.Contains(
            "truncated",
            TransitionFolders.FaultOf(TransitionDataset.OpenReader(connection.Files())).What,
            StringComparison.Ordinal
        );
        _server.Objects.Remove(Remote.Prefix + "part-00001.parquet");
        Fault missing = TransitionFolders.FaultOf(TransitionDataset.OpenReader(connection.Files()));
        Assert.Equal((FaultKind.Data, "the part is missing"), (missing.Kind, missing.What));
        _server.Objects.Remove(Remote.Prefix + "manifest.json");
        Assert.Equal(FaultKind.Data, TransitionFolders.FaultOf(TransitionDataset.OpenReader(connection.Files())).Kind);
    }

    [Fact]
    public void More_parts_than_a_page_lists_are_all_found()
    {
        _server.Objects.PageKeys = 2;
        using S3Connection connection = _server.Connect();
        Assert.Equal(new DiskFiles(_folder.Path, create: false).Names(), connection.Files().Names());
    }

    [Fact]
    public async Task An_object_that_is_replaced_while_it_is_read_is_a_fault_of_the_data()
    {
        byte[] large = new byte[6 << 20];
        _server.Objects[Remote.Prefix + "large"] = large;
        using S3Connection connection = _server.Connect();
        await using Stream stream = connection.Files().OpenRead("large");
        byte[] some = new byte[100];
        await stream.ReadExactlyAsync(some);
        byte[] other = new byte[6 << 20];
        other[0] = 1;
        _server.Objects[Remote.Prefix + "large"] = other;
        stream.Position = 3 << 20;
        FaultException caught = await Assert.ThrowsAsync<FaultException>(async () => await stream.ReadExactlyAsync(some));
        Assert.Equal((FaultKind.Data, "the object was replaced while it was read"), (caught.Fault.Kind, caught.Fault.What));
    }

    [Fact]
    public async Task The_index_and_one_row_group_cost_a_small_part_of_the_bytes()
    {
        const int Size = 24 << 20;
        byte[] large = new byte[Size];
        new Random(1).NextBytes(large);
        _server.Objects[Remote.Prefix + "part-00000.parquet"] = large;
        PartEntry part = new("part-00000.parquet", 1, 1, 1, Size, Digest.Of(large));
        using S3Connection connection = _server.Connect();
        await using Stream stream = await connection.Files().OpenPartAsync(part, default);
        foreach (int position in (int[])[Size - 8, Size - 5000, 4, 100, 9 << 20])
        {
            byte[] read = new byte[8];
            stream.Position = position;
            await stream.ReadExactlyAsync(read);
            Assert.Equal(large[position..(position + 8)], read);
        }
        Assert.Equal(["1", "1", "1"], _server.Asked.Select(request => $"{(BytesOf(request) + (1 << 20) - 1) >> 20}"));
    }

    [Fact]
    public async Task No_request_and_no_window_is_larger_than_four_mebibytes()
    {
        byte[] large = new byte[21 << 20];
        new Random(2).NextBytes(large);
        _server.Objects[Remote.Prefix + "part-00000.parquet"] = large;
        PartEntry part = new("part-00000.parquet", 1, 1, 1, large.Length, Digest.Of(large));
        using S3Connection connection = _server.Connect();
        foreach (int buffer in (int[])[1000, 70_000, 5 << 20])
        {
            _server.Asked.Clear();
            await using Stream stream = await connection.Files().OpenPartAsync(part, default);
            using MemoryStream read = new();
            await stream.CopyToAsync(read, buffer, TestContext.Current.CancellationToken);
            Assert.True(read.GetBuffer().AsSpan(0, (int)read.Length).SequenceEqual(large));
            Assert.InRange(_server.Asked.Max(BytesOf), 1, 4 << 20);
            Assert.InRange(_server.Asked.Count, 1, 8);
        }
    }

    [Theory]
    [InlineData(ServerFault.Silence)]
    [InlineData(ServerFault.Dribble)]
    public async Task Stopping_is_heard_in_the_middle_of_an_answer(ServerFault fault)
    {
        PartEntry part = ManifestFile.Open(new DiskFiles(_folder.Path, create: false)).OrThrow().Parts[0];
        using CancellationTokenSource stop = new();
        _server.Spoil = _ =>
        {
            stop.CancelAfter(30);
            return fault;
        };
        using S3Connection connection = _server.Connect(Remote.Quick with { AttemptTimeout = TimeSpan.FromMinutes(10) });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await connection.Files().OpenPartAsync(part, stop.Token));
        using CancellationTokenSource again = new();
        _server.Spoil = _ =>
        {
            again.CancelAfter(30);
            return fault;
        };
        Assert.ThrowsAny<OperationCanceledException>(() => connection.Files(again.Token).Exists("manifest.json"));
    }

    [Fact]
    public async Task A_circuit_opens_for_a_server_in_trouble_and_closes_when_it_is_well()
    {
        RetryOptions retry = Remote.Quick with
        {
            Attempts = 1,
            BreakAfter = 4,
            BreakWindow = TimeSpan.FromSeconds(5),
            BreakFor = TimeSpan.FromMilliseconds(500),
        };
        LeapingClock clock = new(Remote.LongestWait);
        using S3Connection connection = _server.Connect(retry, clock: clock);
        _server.Spoil = _ => ServerFault.InternalError;
        for (int i = 0; i < 4; i++)
        {
            await Assert.ThrowsAsync<FaultException>(() => connection.Objects().FindAsync("manifest.json", default));
        }
        // Another dataset on the same server shares the circuit.
        S3Objects other = connection.Objects("s3://another/one");
        FaultException caught = await Assert.ThrowsAsync<FaultException>(() => other.FindAsync("manifest.json", default));
        Assert.Contains("left alone", caught.Fault.What, StringComparison.Ordinal);
        Assert.Equal(4, _server.Asked.Count);
        _server.Spoil = _ => ServerFault.None;
        clock.Advance(retry.BreakFor);
        Assert.NotNull(await connection.Objects().FindAsync("manifest.json", default));
        Assert.NotNull(await connection.Objects().FindAsync("manifest.json", default));
    }

    [Fact]
    public async Task Who_meets_an_open_circuit_waits_for_it_to_close()
    {
        RetryOptions retry = Remote.Quick with
        {
            Attempts = 6,
            LongestDelay = TimeSpan.FromSeconds(5),
            BreakAfter = 3,
            BreakWindow = TimeSpan.FromSeconds(5),
            BreakFor = TimeSpan.FromMilliseconds(500),
        };
        using S3Connection connection = _server.Connect(retry, clock: new LeapingClock(Remote.LongestWait));
        int asked = 0;
        _server.Spoil = _ => Interlocked.Increment(ref asked) <= 3 ? ServerFault.InternalError : ServerFault.None;
        Assert.NotNull(await connection.Objects().FindAsync("manifest.json", default));
        Assert.Equal(4, _server.Asked.Count);
    }

    [Fact]
    public async Task The_wait_that_a_server_asks_for_is_kept_to()
    {
        _server.RetryAfter = "0.3";
        int asked = 0;
        _server.Spoil = _ => asked++ == 0 ? ServerFault.SlowDown : ServerFault.None;
        LeapingClock clock = new(Remote.LongestWait);
        using S3Connection connection = _server.Connect(Remote.Quick with { LongestDelay = TimeSpan.FromSeconds(2) }, clock: clock);
        Assert.NotNull(await connection.Objects().FindAsync("manifest.json", default));
        Assert.Equal([TimeSpan.FromSeconds(0.3)], clock.Waits);
        Assert.Equal(2, asked);
    }

    [Fact]
    public void Nothing_is_written_to_a_bucket_by_what_writes_datasets()
    {
        Fault fault = TransitionFolders.FaultOf(DatasetFiles.Create("s3://bucket/dataset"));
        Assert.Equal(FaultKind.Configuration, fault.Kind);
        Assert.Contains("vlmq dataset push", fault.Remedy, StringComparison.Ordinal);
        using S3Connection connection = _server.Connect();
        Assert.Equal(FaultKind.Configuration, Assert.Throws<FaultException>(() => connection.Files().Create("x")).Fault.Kind);
    }

    private static long BytesOf(StoreRequest request)
    {
        long[] ends = [.. request.Header("Range")!["bytes=".Length..].Split('-').Select(long.Parse)];
        return ends[1] - ends[0] + 1;
    }

    private static byte[] ReadAll(Stream stream)
    {
        using MemoryStream read = new();
        stream.CopyTo(read, 1000);
        return read.ToArray();
    }

    private static async Task<int> CountAsync(DatasetReader<TransitionEpisode> reader)
    {
        int count = 0;
        await foreach (TransitionEpisode _ in reader.ReadAsync())
        {
            count++;
        }
        return count;
    }

    private static async Task<string> DigestAsync(IDatasetFiles files)
    {
        DatasetReader<TransitionEpisode> reader = TransitionDataset.OpenReader(files).OrThrow();
        List<string> rows = [];
        await foreach (TransitionEpisode episode in reader.ReadAsync())
        {
            rows.AddRange(
                episode.Rows.Select(row => $"{row.Transition.EpisodeId} {row.Transition.Turn} {Digest.Of(row.Picture.AsSpan())}")
            );
        }
        Assert.Equal(reader.Manifest.Rows, rows.Count);
        return Digest.Of(string.Join('\n', rows));
    }
}
