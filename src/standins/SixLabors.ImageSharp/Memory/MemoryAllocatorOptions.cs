namespace SixLabors.ImageSharp.Memory;

/// <summary>Limits of a <see cref="MemoryAllocator"/>.</summary>
public struct MemoryAllocatorOptions
{
    private int? allocationLimitMegabytes;

    /// <summary>The largest single image, in MiB of pixels; null means 1024.</summary>
    public int? AllocationLimitMegabytes
    {
        readonly get => allocationLimitMegabytes;
        set
        {
            if (value is int megabytes)
            {
                ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(megabytes, 0, nameof(AllocationLimitMegabytes));
            }
            allocationLimitMegabytes = value;
        }
    }
}
