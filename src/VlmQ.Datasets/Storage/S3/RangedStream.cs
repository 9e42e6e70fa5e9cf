using System.Buffers;
using VlmQ.Core.Episodes;

namespace VlmQ.Datasets.Storage.S3;

/// <summary>
/// Reads an object from anywhere in it without fetching the whole: the end, where Parquet has its index, stays in memory once it was
/// read, and one window lies ahead of the position, larger while reading goes on from where it was. At most 5 MiB are held.
/// </summary>
internal sealed class RangedStream : Stream
{
    private const int TailBytes = 1 << 20;
    private const int SmallWindow = 1 << 20;
    private const int LargeWindow = 4 << 20;

    private readonly S3Objects _objects;
    private readonly string _name;
    private readonly string _tag;
    private readonly CancellationToken _stop;
    private readonly byte[] _tail;
    private readonly long _tailStart;
    private byte[] _window = [];
    private long _windowStart;
    private int _windowBytes;
    private bool _disposed;

    private RangedStream(S3Objects objects, string name, long bytes, string tag, byte[] tail, CancellationToken stop)
    {
        _objects = objects;
        _name = name;
        Length = bytes;
        _tag = tag;
        _tail = tail;
        _tailStart = bytes - tail.Length;
        _stop = stop;
    }

    /// <inheritdoc/>
    public override bool CanRead => !_disposed;

    /// <inheritdoc/>
    public override bool CanSeek => !_disposed;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length { get; }

    /// <inheritdoc/>
    public override long Position { get; set; }

    /// <summary>Opens an object of a known length: reads its end and holds the length and the noted digest against what is known.</summary>
    /// <param name="objects">Where it lies.</param>
    /// <param name="name">Its name.</param>
    /// <param name="bytes">Its length; at least 1.</param>
    /// <param name="sha256">Its digest.</param>
    /// <param name="stop">Stops this and every later read.</param>
    /// <exception cref="FaultException">It cannot be read, or is another.</exception>
    public static async Task<RangedStream> OpenAsync(S3Objects objects, string name, long bytes, string sha256, CancellationToken stop)
    {
        byte[] tail = new byte[Math.Min(bytes, TailBytes)];
        ObjectFacts facts = await objects.ReadAsync(name, bytes - tail.Length, tail, null, stop).ConfigureAwait(false);
        if (facts.Bytes != bytes)
        {
            string how = facts.Bytes < bytes ? "truncated" : "too long";
            throw Other(objects, name, $"the part is {how}: {facts.Bytes} bytes, the manifest says {bytes}");
        }
        return facts.Sha256 is null || facts.Sha256 == sha256
            ? new RangedStream(objects, name, bytes, facts.Tag, tail, stop)
            : throw Other(objects, name, $"the part was sent with the SHA-256 {facts.Sha256}, the manifest says {sha256}");
    }

    /// <summary>Opens an object as it is.</summary>
    public static RangedStream Open(S3Objects objects, string name, ObjectFacts facts, CancellationToken stop) =>
        new(objects, name, facts.Bytes, facts.Tag, [], stop);

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _stop.ThrowIfCancellationRequested();
        if (Position >= Length || buffer.IsEmpty)
        {
            return 0;
        }
        if (TakeHeld(buffer.Span) is var held and > 0)
        {
            return held;
        }
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(_stop, cancellationToken);
        if (buffer.Length >= LargeWindow)
        {
            int direct = (int)Math.Min(LargeWindow, Length - Position);
            await ReadAsync(Position, buffer[..direct], either.Token).ConfigureAwait(false);
            Position += direct;
            return direct;
        }
        await FetchAsync(either.Token).ConfigureAwait(false);
        return TakeHeld(buffer.Span);
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return Position < Length && TakeHeld(buffer.AsSpan(offset, count)) is var held and > 0
            ? held
            : ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin)
    {
        long start = origin switch
        {
            SeekOrigin.Begin => 0,
            SeekOrigin.Current => Position,
            _ => Length,
        };
        ArgumentOutOfRangeException.ThrowIfLessThan(start + offset, 0, nameof(offset));
        return Position = start + offset;
    }

    /// <inheritdoc/>
    public override void Flush() { }

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            Return();
        }
        base.Dispose(disposing);
    }

    private static FaultException Other(S3Objects objects, string name, string what) =>
        new(Fault.Data(what, objects.Where(name), "push the dataset again from where it is whole"));

    private int TakeHeld(Span<byte> target)
    {
        ReadOnlySpan<byte> held =
            Position >= _tailStart ? _tail.AsSpan((int)(Position - _tailStart))
            : Position >= _windowStart && Position < _windowStart + _windowBytes
                ? _window.AsSpan((int)(Position - _windowStart), (int)(_windowStart + _windowBytes - Position))
            : [];
        int taken = Math.Min(held.Length, target.Length);
        held[..taken].CopyTo(target);
        Position += taken;
        return taken;
    }

    private async Task ReadAsync(long offset, Memory<byte> target, CancellationToken cancellationToken)
    {
        ObjectFacts facts = await _objects.ReadAsync(_name, offset, target, _tag, cancellationToken).ConfigureAwait(false);
        if (facts.Bytes != Length)
        {
            throw new FaultException(S3Failures.Replaced(_objects.Where(_name)));
        }
    }

    private async Task FetchAsync(CancellationToken cancellationToken)
    {
        int wanted = _windowBytes > 0 && Position == _windowStart + _windowBytes ? Math.Min(_windowBytes * 2, LargeWindow) : SmallWindow;
        wanted = (int)Math.Min(wanted, _tailStart - Position);
        Return();
        byte[] window = ArrayPool<byte>.Shared.Rent(wanted);
        try
        {
            await ReadAsync(Position, window.AsMemory(0, wanted), cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(window);
            throw;
        }
        (_window, _windowStart, _windowBytes) = (window, Position, wanted);
    }

    private void Return()
    {
        if (_window.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_window);
        }
        (_window, _windowBytes) = ([], 0);
    }
}
