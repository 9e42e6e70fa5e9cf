using System.Globalization;
using VlmQ.Core.Episodes;

namespace VlmQ.Datasets.Storage.Cache;

/// <summary>Where parts that were read over the network are kept, and how much of them.</summary>
public sealed record CacheSettings
{
    /// <summary>The variable that names the folder; without it nothing is kept.</summary>
    public const string FolderVariable = "VLMQ_CACHE";

    /// <summary>The variable that says how large the folder may become.</summary>
    public const string SizeVariable = "VLMQ_CACHE_SIZE";

    private static readonly (string Suffix, int Shift)[] Units = [("KiB", 10), ("MiB", 20), ("GiB", 30), ("TiB", 40)];

    /// <param name="folder">The folder.</param>
    /// <param name="limitBytes">Most bytes in it; at least 1.</param>
    /// <exception cref="ArgumentException">A value is not one of those.</exception>
    public CacheSettings(string folder, long limitBytes = DefaultLimitBytes)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentOutOfRangeException.ThrowIfLessThan(limitBytes, 1);
        Folder = folder;
        LimitBytes = limitBytes;
    }

    /// <summary>The limit where none is set: 20 GiB.</summary>
    public const long DefaultLimitBytes = 20L << 30;

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>Most bytes in it.</summary>
    public long LimitBytes { get; }

    /// <summary>What the environment says; null where it names no folder.</summary>
    public static Result<CacheSettings?> FromEnvironment()
    {
        string? folder = Environment.GetEnvironmentVariable(FolderVariable);
        string? size = Environment.GetEnvironmentVariable(SizeVariable);
        if (string.IsNullOrEmpty(folder))
        {
            return new Result<CacheSettings?>.Ok(null);
        }
        return string.IsNullOrEmpty(size)
            ? new CacheSettings(folder)
            : ParseSize(size).Map<CacheSettings?>(limit => new CacheSettings(folder, limit));
    }

    /// <summary>Reads a size: a number of bytes, or of KiB, MiB, GiB or TiB such as <c>50GiB</c>.</summary>
    public static Result<long> ParseSize(string text)
    {
        string number = text.Trim();
        int shift = 0;
        foreach ((string suffix, int bits) in Units)
        {
            if (number.EndsWith(suffix, StringComparison.OrdinalIgnoreCase))
            {
                number = number[..^suffix.Length].TrimEnd();
                shift = bits;
            }
        }
        return
            long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long value)
            && value > 0
            && value <= long.MaxValue >> shift
            ? value << shift
            : Fault.Configuration(
                $"'{text}' is no size of a cache",
                "",
                "say how many bytes, or a number with KiB, MiB, GiB or TiB: 50GiB"
            );
    }
}
