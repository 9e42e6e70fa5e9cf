using System.IO.Compression;
using Parquet;
using VlmQ.Datasets.Columns;
using VlmQ.Datasets.Manifest;
using VlmQ.Datasets.Storage;

namespace VlmQ.Datasets.Writing;

/// <summary>A part that is being written aside. Until <see cref="CommitAsync"/> it is nothing but a temporary file.</summary>
internal sealed class PartWriter<TEpisode>
{
    private readonly IDatasetFiles _files;
    private readonly IEpisodeCodec<TEpisode> _codec;
    private readonly string _name;
    private readonly Stream _stream;
    private readonly ParquetWriter _parquet;
    private long _rows;
    private long _turns;
    private long _episodes;

    private PartWriter(IDatasetFiles files, IEpisodeCodec<TEpisode> codec, string name, Stream stream, ParquetWriter parquet)
    {
        _files = files;
        _codec = codec;
        _name = name;
        _stream = stream;
        _parquet = parquet;
    }

    /// <summary>Begins a part.</summary>
    public static async Task<PartWriter<TEpisode>> CreateAsync(
        IDatasetFiles files,
        IEpisodeCodec<TEpisode> codec,
        string name,
        IReadOnlyDictionary<string, string> metadata,
        CompressionMethod compression,
        CancellationToken cancellation
    )
    {
        ParquetOptions options = new() { CompressionMethod = compression, CompressionLevel = CompressionLevel.Fastest };
        foreach (string column in codec.DictionaryColumns)
        {
            options.ColumnEncodingHints[column] = EncodingHint.Dictionary;
        }
        Stream stream = files.Create(name + AtomicFile.TemporarySuffix);
        try
        {
            ParquetWriter parquet = await ParquetWriter
                .CreateAsync(codec.Schema, stream, options, false, cancellation)
                .ConfigureAwait(false);
            parquet.CustomMetadata = metadata;
            return new PartWriter<TEpisode>(files, codec, name, stream, parquet);
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Adds a row group.</summary>
    public async Task WriteAsync(IReadOnlyList<TEpisode> episodes, CancellationToken cancellation)
    {
        using (ParquetRowGroupWriter group = _parquet.CreateRowGroup())
        {
            await _codec.WriteAsync(group, episodes, cancellation).ConfigureAwait(false);
            group.CompleteValidate();
        }
        foreach (TEpisode episode in episodes)
        {
            EpisodeSize size = _codec.SizeOf(episode);
            _rows += size.Rows;
            _turns += size.Turns;
            _episodes++;
        }
    }

    /// <summary>Makes the part whole: footer, disk, then its own name, then the folder on the disk.</summary>
    public async Task<PartEntry> CommitAsync(CancellationToken cancellation)
    {
        string temporary = _name + AtomicFile.TemporarySuffix;
        await _parquet.DisposeAsync().ConfigureAwait(false);
        _stream.Flush();
        _files.Synchronize(_stream);
        await _stream.DisposeAsync().ConfigureAwait(false);
        string digest;
        long length;
        using (Stream written = _files.OpenRead(temporary))
        {
            length = written.Length;
            digest = Digest.Of(written, cancellation);
        }
        _files.Rename(temporary, _name);
        return new PartEntry(_name, _rows, _turns, _episodes, length, digest);
    }

    /// <summary>Forgets the part. Its Parquet footer is never written: that may be what the disk refused.</summary>
    public async ValueTask AbandonAsync()
    {
        await _stream.DisposeAsync().ConfigureAwait(false);
        _files.Delete(_name + AtomicFile.TemporarySuffix);
    }
}
