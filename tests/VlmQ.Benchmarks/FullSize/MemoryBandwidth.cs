using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace VlmQ.Benchmarks.FullSize;

/// <summary>How fast threads read main memory: each adds up its part of a buffer that no cache holds, front to back.</summary>
internal sealed unsafe class MemoryBandwidth : IDisposable
{
    private const int HugePage = 2 << 20;
    private const int AdviseHugePages = 14;

    // Bytes that are added up side by side, so that no addition waits for the one before.
    private const int Step = 512;

    private readonly byte* _buffer;
    private readonly nuint _partBytes;
    private readonly int _threads;

    /// <param name="bytes">Length of the buffer.</param>
    /// <param name="threads">How many threads read it.</param>
    public MemoryBandwidth(long bytes, int threads)
    {
        _threads = threads;
        _partBytes = (nuint)(bytes / threads / HugePage * HugePage);
        nuint all = _partBytes * (nuint)threads;
        _buffer = (byte*)NativeMemory.AlignedAlloc(all, HugePage);
        if (OperatingSystem.IsLinux())
        {
            // Large pages where there are any: the bound is what memory gives, not what small pages leave of it.
            _ = Advise(_buffer, all, AdviseHugePages);
        }
        for (nuint i = 0; i < all; i += sizeof(ulong))
        {
            *(ulong*)(_buffer + i) = i;
        }
    }

    /// <summary>Reads the buffer once: bytes a second.</summary>
    public double Measure()
    {
        ulong[] sums = new ulong[_threads];
        Thread[] threads = new Thread[_threads];
        long start = TimeProvider.System.GetTimestamp();
        for (int i = 0; i < _threads; i++)
        {
            int part = i;
            threads[i] = new Thread(() => sums[part] = Sum(_buffer + ((nuint)part * _partBytes), _partBytes));
            threads[i].Start();
        }
        foreach (Thread thread in threads)
        {
            thread.Join();
        }
        double seconds = TimeProvider.System.GetElapsedTime(start).TotalSeconds;
        GC.KeepAlive(sums);
        return _partBytes * (double)_threads / seconds;
    }

    /// <inheritdoc/>
    public void Dispose() => NativeMemory.AlignedFree(_buffer);

    private static ulong Sum(byte* from, nuint bytes)
    {
        Vector512<ulong> a = default,
            b = default,
            c = default,
            d = default;
        for (byte* p = from; p < from + bytes; p += Step)
        {
            a += Vector512.Load((ulong*)p) + Vector512.Load((ulong*)(p + 64));
            b += Vector512.Load((ulong*)(p + 128)) + Vector512.Load((ulong*)(p + 192));
            c += Vector512.Load((ulong*)(p + 256)) + Vector512.Load((ulong*)(p + 320));
            d += Vector512.Load((ulong*)(p + 384)) + Vector512.Load((ulong*)(p + 448));
        }
        return Vector512.Sum(a + b + c + d);
    }

    [DllImport("libc", EntryPoint = "madvise")]
    private static extern int Advise(void* address, nuint length, int advice);
}
