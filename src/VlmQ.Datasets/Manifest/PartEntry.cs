using System.Globalization;
using VlmQ.Datasets.Storage;

namespace VlmQ.Datasets.Manifest;

/// <summary>One whole part of a dataset, as the manifest lists it.</summary>
public sealed record PartEntry
{
    private const string Prefix = "part-";
    private const string Suffix = ".parquet";
    private const int Digits = 5;

    /// <param name="file">The plain file name, <c>part-NNNNN.parquet</c>.</param>
    /// <param name="rows">Rows, final observations included; at least 1.</param>
    /// <param name="turns">Rows with a reply; at least 1.</param>
    /// <param name="episodes">Whole episodes; at least 1.</param>
    /// <param name="bytes">The file's length.</param>
    /// <param name="sha256">The digest of the file's bytes.</param>
    /// <exception cref="ArgumentException">A value is not one of those.</exception>
    public PartEntry(string file, long rows, long turns, long episodes, long bytes, string sha256)
    {
        if (!IsPartName(file))
        {
            throw new ArgumentException($"'{file}' is not a part's name; those are like part-00000.parquet.", nameof(file));
        }
        if (episodes < 1 || turns < episodes || rows < turns || rows > turns + episodes)
        {
            throw new ArgumentException($"{file}: {rows} rows, {turns} turns and {episodes} episodes do not fit together.", nameof(rows));
        }
        if (bytes < 1)
        {
            throw new ArgumentException($"{file}: a part of {bytes} bytes cannot be.", nameof(bytes));
        }
        if (!Digest.IsWellFormed(sha256))
        {
            throw new ArgumentException($"{file}: '{sha256}' is not a SHA-256 digest.", nameof(sha256));
        }
        File = file;
        Rows = rows;
        Turns = turns;
        Episodes = episodes;
        Bytes = bytes;
        Sha256 = sha256;
    }

    /// <summary>The plain file name.</summary>
    public string File { get; }

    /// <summary>Rows, final observations included.</summary>
    public long Rows { get; }

    /// <summary>Rows with a reply.</summary>
    public long Turns { get; }

    /// <summary>Whole episodes.</summary>
    public long Episodes { get; }

    /// <summary>The file's length.</summary>
    public long Bytes { get; }

    /// <summary>The digest of the file's bytes.</summary>
    public string Sha256 { get; }

    /// <summary>The name of the part at a position in the manifest.</summary>
    public static string NameOf(int index) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{index:D5}{Suffix}");

    /// <summary>True for <c>part-</c>, five digits or more, <c>.parquet</c>, and nothing else: no separators, no <c>..</c>.</summary>
    public static bool IsPartName(string name)
    {
        if (
            !name.StartsWith(Prefix, StringComparison.Ordinal)
            || !name.EndsWith(Suffix, StringComparison.Ordinal)
            || name.Length < Prefix.Length + Digits + Suffix.Length
        )
        {
            return false;
        }
        foreach (char letter in name.AsSpan(Prefix.Length, name.Length - Prefix.Length - Suffix.Length))
        {
            if (!char.IsAsciiDigit(letter))
            {
                return false;
            }
        }
        return true;
    }
}
