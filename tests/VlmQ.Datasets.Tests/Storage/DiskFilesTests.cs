using VlmQ.Datasets.Storage;
using VlmQ.Datasets.Tests.Support;

namespace VlmQ.Datasets.Tests.Storage;

public sealed class DiskFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_file_is_read_by_the_thread_that_asks()
    {
        byte[] bytes = [.. Enumerable.Range(0, 300_000).Select(i => (byte)(i * 7))];
        await File.WriteAllBytesAsync(Path.Combine(_folder.Path, "part"), bytes, TestContext.Current.CancellationToken);
        await using Stream stream = new DiskFiles(_folder.Path, create: false).OpenRead("part");

        byte[] read = new byte[bytes.Length + 1];
        ValueTask<int> reading = stream.ReadAtLeastAsync(
            read,
            read.Length,
            throwOnEndOfStream: false,
            TestContext.Current.CancellationToken
        );

        Assert.True(reading.IsCompleted);
        Assert.Equal(bytes.Length, await reading);
        Assert.Equal(bytes, read.AsSpan(0, bytes.Length).ToArray());
    }

    [Fact]
    public async Task Stopping_is_heard_before_a_file_is_read()
    {
        await File.WriteAllBytesAsync(Path.Combine(_folder.Path, "part"), new byte[9], TestContext.Current.CancellationToken);
        await using Stream stream = new DiskFiles(_folder.Path, create: false).OpenRead("part");

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await stream.ReadExactlyAsync(new byte[9], new CancellationToken(true))
        );

        Assert.Equal(0, stream.Position);
    }
}
