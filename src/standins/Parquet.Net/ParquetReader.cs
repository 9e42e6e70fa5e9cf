using Parquet.Columns;
using Parquet.Meta;
using Parquet.Schema;

namespace Parquet;

/// <summary>Reads a Parquet file. Its row groups share the stream: read one column at a time.</summary>
public sealed class ParquetReader : IAsyncDisposable
{
    private readonly Stream input;
    private readonly bool leaveStreamOpen;
    private readonly ParquetOptions options;
    private readonly FileMetaData footer;
    private readonly ColumnChunkReader chunks;
    private readonly ParquetRowGroupReader[] groups;

    private ParquetReader(Stream input, FileMetaData footer, long footerStart, ParquetOptions options, bool leaveStreamOpen)
    {
        this.input = input;
        this.footer = footer;
        this.options = options;
        this.leaveStreamOpen = leaveStreamOpen;
        FooterCheck.Check(footer, Schema, footerStart);
        CustomMetadata = KeyValues.ToDictionary(footer.KeyValueMetadata);
        chunks = new ColumnChunkReader(input);
        groups = footer.RowGroups.Select(group => new ParquetRowGroupReader(group, chunks)).ToArray();
    }

    /// <summary>The file's fields; built anew at each access.</summary>
    public ParquetSchema Schema => SchemaDecoder.Decode(footer.Schema, options);

    /// <summary>How many row groups there are.</summary>
    public int RowGroupCount => groups.Length;

    /// <summary>The file's key-value metadata.</summary>
    public Dictionary<string, string> CustomMetadata { get; }

    /// <summary>The footer.</summary>
    public FileMetaData? Metadata => footer;

    /// <summary>The row groups.</summary>
    public IReadOnlyList<ParquetRowGroupReader> RowGroups => groups;

    /// <summary>Opens a file from a stream.</summary>
    /// <param name="input">Readable and seekable.</param>
    /// <param name="parquetOptions">How to read.</param>
    /// <param name="leaveStreamOpen">Whether disposal leaves the stream open.</param>
    /// <param name="cancellationToken">Stops the reading of the footer.</param>
    /// <exception cref="ArgumentException">The stream cannot be read or sought in.</exception>
    /// <exception cref="IOException">The stream does not hold a whole Parquet file.</exception>
    /// <exception cref="Meta.Proto.ThriftProtocolException">The footer is unreadable.</exception>
    /// <exception cref="ParquetException">The footer claims what cannot be.</exception>
    public static async Task<ParquetReader> CreateAsync(
        Stream input,
        ParquetOptions? parquetOptions = null,
        bool leaveStreamOpen = true,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(input);
        if (!input.CanRead || !input.CanSeek)
        {
            throw new ArgumentException("The stream must be readable and seekable.", nameof(input));
        }
        (FileMetaData footer, long start) = await FileEnds.ReadAsync(input, cancellationToken).ConfigureAwait(false);
        return new ParquetReader(input, footer, start, parquetOptions ?? new ParquetOptions(), leaveStreamOpen);
    }

    /// <summary>Opens a file; disposal closes it.</summary>
    /// <exception cref="IOException">The file is not there, or is not a whole Parquet file.</exception>
    /// <exception cref="Meta.Proto.ThriftProtocolException">The footer is unreadable.</exception>
    /// <exception cref="ParquetException">The footer claims what cannot be.</exception>
    public static async Task<ParquetReader> CreateAsync(
        string filePath,
        ParquetOptions? parquetOptions = null,
        CancellationToken cancellationToken = default
    )
    {
        // Pages are read whole, so the stream needs no buffer of its own.
        var stream = new FileStream(filePath, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        try
        {
            return await CreateAsync(stream, parquetOptions, leaveStreamOpen: false, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Reads a file's fields only.</summary>
    public static async Task<ParquetSchema> ReadSchemaAsync(string filePath)
    {
        await using ParquetReader reader = await CreateAsync(filePath).ConfigureAwait(false);
        return reader.Schema;
    }

    /// <summary>Reads a file's fields only; the stream stays open.</summary>
    public static async Task<ParquetSchema> ReadSchemaAsync(Stream parquetStream)
    {
        await using ParquetReader reader = await CreateAsync(parquetStream).ConfigureAwait(false);
        return reader.Schema;
    }

    /// <summary>A row group.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row group.</exception>
    public ParquetRowGroupReader OpenRowGroupReader(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, groups.Length);
        return groups[index];
    }

    /// <summary>Frees buffers, and closes the stream where it is the reader's own.</summary>
    public async ValueTask DisposeAsync()
    {
        chunks.Dispose();
        if (!leaveStreamOpen)
        {
            await input.DisposeAsync().ConfigureAwait(false);
        }
    }
}
