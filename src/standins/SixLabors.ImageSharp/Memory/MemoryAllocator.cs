namespace SixLabors.ImageSharp.Memory;

/// <summary>Decides how large an image may be. Buffers come from the process-wide array pool, which frees what is idle by itself.</summary>
public abstract class MemoryAllocator
{
    private const int DefaultLimitMegabytes = 1024;

    internal MemoryAllocator(long allocationLimitBytes) => AllocationLimitBytes = allocationLimitBytes;

    /// <summary>The allocator with the default limit.</summary>
    public static MemoryAllocator Default { get; } = Create(default);

    internal long AllocationLimitBytes { get; }

    /// <summary>An allocator with the limits of <paramref name="options"/>.</summary>
    public static MemoryAllocator Create(MemoryAllocatorOptions options) =>
        new PooledMemoryAllocator((options.AllocationLimitMegabytes ?? DefaultLimitMegabytes) * 1024L * 1024L);

    /// <summary>Gives unused buffers back; the array pool does so on its own, hence nothing remains to be done here.</summary>
    public abstract void ReleaseRetainedResources();

    /// <exception cref="InvalidMemoryOperationException">The pixels would take more bytes than the limit.</exception>
    internal void CheckSize(int width, int height, int bytesPerPixel)
    {
        Int128 bytes = (Int128)width * height * bytesPerPixel;
        if (bytes > AllocationLimitBytes || bytes > Array.MaxLength)
        {
            throw new InvalidMemoryOperationException(
                $"An image of {width} × {height} pixels takes {bytes} bytes; the limit is {AllocationLimitBytes} (MemoryAllocatorOptions.AllocationLimitMegabytes)."
            );
        }
    }

    private sealed class PooledMemoryAllocator(long limit) : MemoryAllocator(limit)
    {
        public override void ReleaseRetainedResources() { }
    }
}
