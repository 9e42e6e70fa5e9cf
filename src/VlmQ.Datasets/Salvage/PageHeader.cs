namespace VlmQ.Datasets.Salvage;

/// <summary>What stands before a page: <c>PageHeader</c> of parquet.thrift, as far as finding the next one needs it.</summary>
/// <param name="IsDictionary">A dictionary's page; else a data page of version 1.</param>
/// <param name="IsPlain">Its values are encoded as PLAIN.</param>
/// <param name="Values">Level pairs of a data page, at least 1; entries of a dictionary.</param>
/// <param name="HeaderLength">Bytes of the header.</param>
/// <param name="Stored">Bytes of the page behind the header.</param>
/// <param name="Uncompressed">Bytes of the page before compression.</param>
internal readonly record struct PageHeader(bool IsDictionary, bool IsPlain, int Values, int HeaderLength, int Stored, int Uncompressed)
{
    private const int DataPage = 0;
    private const int DictionaryPage = 2;

    /// <summary>Bytes with the header.</summary>
    public long Length => (long)HeaderLength + Stored;

    /// <summary>Reads the header at the front.</summary>
    /// <exception cref="InvalidDataException">There is none, or it is none of a page that this program writes.</exception>
    public static PageHeader Read(ReadOnlySpan<byte> bytes)
    {
        CompactReader reader = new(bytes);
        int kind = -1;
        int stored = -1;
        int uncompressed = -1;
        (int Values, int Encoding)? data = null;
        (int Values, int Encoding)? dictionary = null;
        int id = 0;
        while (reader.NextField(ref id, out CompactType type))
        {
            switch (id)
            {
                case 1:
                    kind = reader.ReadInt32(type);
                    break;
                case 2:
                    uncompressed = reader.ReadInt32(type);
                    break;
                case 3:
                    stored = reader.ReadInt32(type);
                    break;
                case 5 when type == CompactType.Struct:
                    data = ReadInner(ref reader);
                    break;
                case 7 when type == CompactType.Struct:
                    dictionary = ReadInner(ref reader);
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }
        (int values, int encoding) = (kind, data, dictionary) switch
        {
            (DataPage, { } page, _) => page,
            (DictionaryPage, _, { } page) => page,
            _ => (-1, 0),
        };
        return values >= (kind == DataPage ? 1 : 0) && stored >= 0 && uncompressed >= 0
            ? new PageHeader(kind == DictionaryPage, encoding == 0, values, reader.Position, stored, uncompressed)
            : throw new InvalidDataException("the bytes are not those of a page's header");
    }

    // Both kinds begin with the count and the encoding.
    private static (int Values, int Encoding) ReadInner(ref CompactReader reader)
    {
        int values = -1;
        int encoding = -1;
        int id = 0;
        while (reader.NextField(ref id, out CompactType type))
        {
            switch (id)
            {
                case 1:
                    values = reader.ReadInt32(type);
                    break;
                case 2:
                    encoding = reader.ReadInt32(type);
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }
        return (values, encoding);
    }
}
