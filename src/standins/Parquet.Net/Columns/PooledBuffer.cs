using System.Buffers;

namespace Parquet.Columns;

/// <summary>A growing byte buffer from the shared pool. Its bytes are valid until it is cleared, grown or disposed.</summary>
internal sealed class PooledBuffer : IDisposable
{
    private byte[] bytes = [];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Span => bytes.AsSpan(0, Length);

    public ReadOnlyMemory<byte> Memory => bytes.AsMemory(0, Length);

    /// <summary>The underlying array, for filling from outside between <see cref="Reserve"/> and <see cref="Advance"/>.</summary>
    public byte[] Array => bytes;

    public void Clear() => Length = 0;

    /// <summary>Room for <paramref name="count"/> more bytes, not yet part of the contents.</summary>
    public Span<byte> Reserve(int count)
    {
        if (bytes.Length - Length < count)
        {
            Grow(count);
        }
        return bytes.AsSpan(Length, bytes.Length - Length);
    }

    public void Advance(int count) => Length += count;

    public void Write(ReadOnlySpan<byte> source)
    {
        source.CopyTo(Reserve(source.Length));
        Length += source.Length;
    }

    public void WriteByte(byte value)
    {
        Reserve(1)[0] = value;
        Length++;
    }

    /// <summary>Base-128, least significant group first.</summary>
    public void WriteVarint(ulong value)
    {
        while (value >= 0x80)
        {
            WriteByte((byte)(value | 0x80));
            value >>= 7;
        }
        WriteByte((byte)value);
    }

    /// <summary>Drops the first <paramref name="count"/> bytes and moves the rest to the front.</summary>
    public void Discard(int count)
    {
        bytes.AsSpan(count, Length - count).CopyTo(bytes);
        Length -= count;
    }

    public void Dispose()
    {
        if (bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(bytes);
            bytes = [];
        }
        Length = 0;
    }

    private void Grow(int count)
    {
        long wanted = (long)Length + count;
        if (wanted > System.Array.MaxLength)
        {
            throw new ParquetException($"A page of {wanted} bytes is beyond what one buffer holds; write smaller values or row groups.");
        }
        byte[] larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(Math.Max(wanted, 2L * bytes.Length), System.Array.MaxLength));
        bytes.AsSpan(0, Length).CopyTo(larger);
        if (bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
        bytes = larger;
    }
}
