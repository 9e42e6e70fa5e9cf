using SixLabors.ImageSharp.Memory;

namespace SixLabors.ImageSharp;

/// <summary>Settings shared by the images that are made with it.</summary>
public sealed class Configuration
{
    private int maxDegreeOfParallelism = Environment.ProcessorCount;

    public static Configuration Default { get; } = new();

    /// <summary>
    /// How many threads one operation may use; here every operation runs on the caller's thread, which any value permits.
    /// </summary>
    public int MaxDegreeOfParallelism
    {
        get => maxDegreeOfParallelism;
        set
        {
            if (value is 0 or < -1)
            {
                throw new ArgumentOutOfRangeException(nameof(MaxDegreeOfParallelism));
            }
            maxDegreeOfParallelism = value;
        }
    }

    /// <summary>Whether <c>DangerousTryGetSinglePixelMemory</c> succeeds for images above 4 MiB too.</summary>
    public bool PreferContiguousImageBuffers { get; set; }

    /// <summary>The limits on the memory an image may take.</summary>
    public MemoryAllocator MemoryAllocator { get; set; } = MemoryAllocator.Default;

    /// <summary>A copy that can be changed by itself.</summary>
    public Configuration Clone() =>
        new()
        {
            maxDegreeOfParallelism = maxDegreeOfParallelism,
            PreferContiguousImageBuffers = PreferContiguousImageBuffers,
            MemoryAllocator = MemoryAllocator,
        };
}
