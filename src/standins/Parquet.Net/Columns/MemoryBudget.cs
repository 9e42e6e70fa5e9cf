namespace Parquet.Columns;

/// <summary>
/// What reading one column chunk may take: 256 MiB, and 1 KiB more for each byte that the chunk occupies in its file. Equal values,
/// nulls and compressed pages take almost no bytes, so counts and sizes have no exact bound; past this one they are not believed. It
/// holds for the values and levels that a chunk claims, and once more for all that its pages decompress to.
/// </summary>
/// <param name="storedBytes">Bytes of the chunk in its file.</param>
internal sealed class MemoryBudget(long storedBytes)
{
    private const long UnbackedBytes = 1 << 28;
    private const long BytesPerStoredByte = 1 << 10;

    private long left = UnbackedBytes + (Math.Clamp(storedBytes, 0, 1L << 50) * BytesPerStoredByte);

    /// <summary>Takes bytes from what is left; false where they are too many.</summary>
    public bool TryTake(long bytes)
    {
        left -= Math.Min(bytes, left + 1);
        return left >= 0;
    }

    /// <summary>Takes bytes from what is left.</summary>
    /// <exception cref="ParquetException">They are too many.</exception>
    public void Take(long bytes)
    {
        if (!TryTake(bytes))
        {
            throw new ParquetException("A column chunk calls for far more memory than its stored bytes account for; the file is damaged.");
        }
    }
}
