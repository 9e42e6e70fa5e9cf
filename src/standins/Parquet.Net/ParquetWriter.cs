using System.Buffers.Binary;
using Parquet.Columns;
using Parquet.Meta;
using Parquet.Schema;

namespace Parquet;

/// <summary>Writes a Parquet file. The footer is written by <see cref="DisposeAsync"/>; the stream stays open.</summary>
public sealed class ParquetWriter : IAsyncDisposable
{
    private const string CreatedBy = "VlmQ stand-in for Parquet.Net version 0.1.0";
    private readonly OutputFile file;
    private readonly FileMetaData footer;
    private readonly ParquetSchema schema;
    private readonly ColumnChunkWriter chunks;
    private readonly List<ParquetRowGroupWriter> groups = [];
    private bool disposed;

    private ParquetWriter(ParquetSchema schema, OutputFile file, FileMetaData footer, ParquetOptions options)
    {
        this.schema = schema;
        this.file = file;
        this.footer = footer;
        chunks = new ColumnChunkWriter(file, options);
        CustomMetadata = KeyValues.ToDictionary(footer.KeyValueMetadata);
    }

    /// <summary>The file's key-value metadata; may be set at any time before disposal.</summary>
    public IReadOnlyDictionary<string, string> CustomMetadata { get; set; }

    /// <summary>Begins a file, or continues one.</summary>
    /// <param name="schema">The columns.</param>
    /// <param name="output">A writable stream; to append, also readable and seekable.</param>
    /// <param name="options">Compression and encodings.</param>
    /// <param name="append">Whether to add row groups to the file in the stream, which must have an equal schema.</param>
    /// <param name="cancellationToken">Stops the writing of the file's beginning.</param>
    /// <exception cref="ArgumentException">The stream cannot be written.</exception>
    /// <exception cref="IOException">There is no Parquet file to append to.</exception>
    /// <exception cref="ParquetException">The file to append to has another schema.</exception>
    public static async Task<ParquetWriter> CreateAsync(
        ParquetSchema schema,
        Stream output,
        ParquetOptions? options = null,
        bool append = false,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(output);
        if (!output.CanWrite)
        {
            throw new ArgumentException("The stream is not writable.", nameof(output));
        }
        options ??= new ParquetOptions();
        if (append)
        {
            return await ContinueAsync(schema, output, options, cancellationToken).ConfigureAwait(false);
        }
        var footer = new FileMetaData
        {
            Version = 1,
            Schema = SchemaEncoder.Encode(schema),
            CreatedBy = CreatedBy,
        };
        var writer = new ParquetWriter(schema, new OutputFile(output), footer, options);
        await writer.file.WriteAsync(FileEnds.Magic, cancellationToken).ConfigureAwait(false);
        return writer;
    }

    /// <summary>Begins a row group. Write every column of the schema to it, in order, then dispose it.</summary>
    /// <exception cref="InvalidOperationException">The row group before is not finished.</exception>
    public ParquetRowGroupWriter CreateRowGroup()
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        if (groups.Count > 0 && !groups[^1].IsComplete)
        {
            throw new InvalidOperationException("The row group before lacks columns; a file's row groups are written one after the other.");
        }
        var group = new ParquetRowGroupWriter(schema, file, chunks, (short)Math.Min(short.MaxValue, footer.RowGroups.Count + groups.Count));
        groups.Add(group);
        return group;
    }

    /// <summary>
    /// Writes the footer. Where a row group lacks columns there is no file to finish: none is written, and the stream does not hold a
    /// readable file.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (disposed)
        {
            return;
        }
        disposed = true;
        chunks.Dispose();
        if (groups.All(group => group.IsComplete))
        {
            await WriteFooterAsync().ConfigureAwait(false);
        }
    }

    private static async Task<ParquetWriter> ContinueAsync(
        ParquetSchema schema,
        Stream output,
        ParquetOptions options,
        CancellationToken cancellationToken
    )
    {
        if (!output.CanSeek || !output.CanRead || output.Length == 0)
        {
            throw new IOException("Appending needs a readable, seekable stream that holds a Parquet file.");
        }
        (FileMetaData footer, long start) = await FileEnds.ReadAsync(output, cancellationToken).ConfigureAwait(false);
        ParquetSchema existing = SchemaDecoder.Decode(footer.Schema, options);
        if (!schema.Equals(existing))
        {
            throw new ParquetException($"The file to append to has another schema:\n{existing}\nnot:\n{schema}");
        }
        var file = new OutputFile(output);
        file.Seek(start);
        return new ParquetWriter(schema, file, footer, options);
    }

    private async Task WriteFooterAsync()
    {
        footer.RowGroups.AddRange(groups.Select(group => group.Description));
        footer.NumRows += groups.Sum(group => group.Description.NumRows);
        footer.KeyValueMetadata = CustomMetadata.Select(entry => new KeyValue { Key = entry.Key, Value = entry.Value }).ToList();
        using var buffer = new PooledBuffer();
        footer.Write(buffer);
        int length = buffer.Length;
        BinaryPrimitives.WriteInt32LittleEndian(buffer.Reserve(4), length);
        buffer.Advance(4);
        buffer.Write(FileEnds.Magic.Span);
        await file.WriteAsync(buffer.Memory, CancellationToken.None).ConfigureAwait(false);
        if (file.Stream.CanSeek && file.Stream.Length > file.Position)
        {
            file.Stream.SetLength(file.Position);
        }
        await file.Stream.FlushAsync().ConfigureAwait(false);
    }
}
