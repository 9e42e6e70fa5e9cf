namespace VlmQ.Datasets.Salvage;

/// <summary>Where a column's chunk lies in a file, as its pages tell.</summary>
/// <param name="Start">Offset of the first page.</param>
internal readonly record struct ChunkLayout(long Start)
{
    /// <summary>Bytes, headers included.</summary>
    public long Length { get; init; }

    /// <summary>Bytes of the dictionary's page; 0 where there is none.</summary>
    public long DictionaryLength { get; init; }

    /// <summary>Bytes before compression, headers included.</summary>
    public long Uncompressed { get; init; }

    /// <summary>Level pairs of the data pages.</summary>
    public long Values { get; init; }

    /// <summary>Data pages.</summary>
    public int DataPages { get; init; }

    /// <summary>Offset behind the last page.</summary>
    public long End => Start + Length;

    /// <summary>The chunk with one more page.</summary>
    /// <exception cref="InvalidDataException">It is a dictionary's that does not come first.</exception>
    public ChunkLayout With(PageHeader page) =>
        page.IsDictionary && Length > 0
            ? throw new InvalidDataException("a dictionary stands in the middle of a column")
            : this with
            {
                Length = Length + page.Length,
                DictionaryLength = page.IsDictionary ? page.Length : DictionaryLength,
                Uncompressed = Uncompressed + page.HeaderLength + page.Uncompressed,
                Values = Values + (page.IsDictionary ? 0 : page.Values),
                DataPages = DataPages + (page.IsDictionary ? 0 : 1),
            };
}
