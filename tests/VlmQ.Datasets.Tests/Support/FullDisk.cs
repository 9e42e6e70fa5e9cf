using VlmQ.Datasets.Storage;

namespace VlmQ.Datasets.Tests.Support;

/// <summary>
/// A disk that takes so many bytes and then refuses as Linux does. Every call that changes something can also be the last one.
/// </summary>
internal sealed class FullDisk(IDatasetFiles inner, long bytes = long.MaxValue, int changes = int.MaxValue) : IDatasetFiles
{
    private const int NoSpace = 28;
    private long _bytes = bytes;
    private int _changes = changes;

    public string Folder => inner.Folder;

    public bool Exists(string name) => inner.Exists(name);

    public IReadOnlyList<string> Names() => inner.Names();

    public long Length(string name) => inner.Length(name);

    public Stream OpenRead(string name) => inner.OpenRead(name);

    public Stream Create(string name)
    {
        Change();
        return new Limited(inner.Create(name), this);
    }

    public Stream OpenAppend(string name, long length)
    {
        Change();
        return new Limited(inner.OpenAppend(name, length), this);
    }

    public void Synchronize(Stream stream)
    {
        Change();
        inner.Synchronize(((Limited)stream).Inner);
    }

    public void Rename(string from, string to)
    {
        Change();
        inner.Rename(from, to);
    }

    public void Delete(string name) => inner.Delete(name);

    private static IOException Refusal() => new("No space left on device", NoSpace);

    private void Change()
    {
        if (_changes-- <= 0)
        {
            throw Refusal();
        }
    }

    private sealed class Limited(Stream inner, FullDisk disk) : Stream
    {
        public Stream Inner => inner;

        public override bool CanRead => inner.CanRead;

        public override bool CanSeek => inner.CanSeek;

        public override bool CanWrite => inner.CanWrite;

        public override long Length => inner.Length;

        public override long Position
        {
            get => inner.Position;
            set => inner.Position = value;
        }

        public override void Flush() => inner.Flush();

        public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

        public override long Seek(long offset, SeekOrigin origin) => inner.Seek(offset, origin);

        public override void SetLength(long value) => inner.SetLength(value);

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (disk._bytes < buffer.Length)
            {
                inner.Write(buffer[..(int)disk._bytes]);
                disk._bytes = 0;
                throw Refusal();
            }
            disk._bytes -= buffer.Length;
            inner.Write(buffer);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                inner.Dispose();
            }
            base.Dispose(disposing);
        }
    }
}
