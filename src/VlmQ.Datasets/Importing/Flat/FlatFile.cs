using Parquet;
using Parquet.Schema;
using VlmQ.Core.Episodes;

namespace VlmQ.Datasets.Importing.Flat;

/// <summary>One open Parquet file of a foreign table. Whatever is wrong with its bytes is a fault that names it.</summary>
internal sealed class FlatFile : IAsyncDisposable
{
    private const int ShownColumns = 40;

    private readonly Stream _stream;
    private readonly ParquetReader _parquet;
    private readonly Dictionary<string, DataField> _fields = new(StringComparer.Ordinal);

    private FlatFile(string path, Stream stream, ParquetReader parquet)
    {
        Path = path;
        _stream = stream;
        _parquet = parquet;
        foreach (DataField field in parquet.Schema.DataFields)
        {
            _fields.TryAdd(field.Path.ToString(), field);
        }
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Row groups.</summary>
    public int Groups => _parquet.RowGroupCount;

    /// <summary>Opens a file.</summary>
    /// <exception cref="FaultException">It cannot be read.</exception>
    public static async Task<FlatFile> OpenAsync(string path, CancellationToken cancellation)
    {
        Stream? stream = null;
        try
        {
            stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            ParquetReader parquet = await ParquetReader.CreateAsync(stream, null, true, cancellation).ConfigureAwait(false);
            FlatFile file = new(path, stream, parquet);
            stream = null;
            return file;
        }
        catch (Exception exception) when (IsUnreadable(exception))
        {
            throw Unreadable(path, exception);
        }
        finally
        {
            stream?.Dispose();
        }
    }

    /// <summary>Reads from a row group.</summary>
    /// <exception cref="FaultException">It cannot be read.</exception>
    public async Task<T> ReadGroupAsync<T>(int index, Func<ParquetRowGroupReader, Task<T>> read)
    {
        try
        {
            using ParquetRowGroupReader group = _parquet.OpenRowGroupReader(index);
            return await read(group).ConfigureAwait(false);
        }
        catch (Exception exception) when (IsUnreadable(exception))
        {
            throw Unreadable(Path, exception);
        }
    }

    /// <summary>The column of that very path; null where there is none.</summary>
    public DataField? Find(string path) => _fields.GetValueOrDefault(path);

    /// <summary>The one column below a path that is in a list; null where there is none.</summary>
    public DataField? FindList(string path) =>
        _fields.Values.FirstOrDefault(field =>
            field.MaxRepetitionLevel > 0 && (field.Path.ToString() + "/").StartsWith(path + "/", StringComparison.Ordinal)
        );

    /// <summary>The column of a path, not in a list.</summary>
    /// <exception cref="FaultException">There is none.</exception>
    public DataField Column(string path) =>
        Find(path) is { MaxRepetitionLevel: 0 } field ? field
        : FindList(path) is not null ? throw Wrong(path, "is a list", "name a column of single values")
        : throw Missing(path);

    /// <summary>The fault of a column that is not there.</summary>
    public FaultException Missing(string path)
    {
        if (LeRobotVideo.FaultOf(Path, path) is { } video)
        {
            return new FaultException(video);
        }
        string more = _fields.Count > ShownColumns ? ", …" : "";
        string columns = string.Join(", ", _fields.Keys.Take(ShownColumns)) + more;
        return new FaultException(Fault.Configuration($"there is no column '{path}'", Path, $"name one of these in the map: {columns}"));
    }

    /// <summary>The fault of a column that does not hold what the map says.</summary>
    public FaultException Wrong(string column, string what, string remedy) =>
        new(Fault.Configuration($"the column '{column}' {what}", Path, remedy));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _parquet.DisposeAsync().ConfigureAwait(false);
        await _stream.DisposeAsync().ConfigureAwait(false);
    }

    // Bytes that nobody checked can break a parser in any way; only a stop and a fault are none of that.
    private static bool IsUnreadable(Exception exception) => exception is not OperationCanceledException and not FaultException;

    private static FaultException Unreadable(string path, Exception exception) =>
        new(Fault.Data($"it cannot be read as Parquet: {exception.Reason()}", path, "give whole Parquet files"), exception);
}
