using Parquet;
using Parquet.Schema;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Columns;
using VlmQ.Datasets.Manifest;

namespace VlmQ.Datasets.Reading;

/// <summary>One open part. Whatever is wrong with its bytes is a fault that names it.</summary>
internal sealed class PartReader : IAsyncDisposable
{
    private readonly Stream _stream;
    private readonly ParquetReader _parquet;
    private readonly Dictionary<string, DataField> _fields;
    private readonly string _path;

    private PartReader(Stream stream, ParquetReader parquet, string path)
    {
        _stream = stream;
        _parquet = parquet;
        _path = path;
        _fields = new Dictionary<string, DataField>(StringComparer.Ordinal);
        foreach (DataField field in parquet.Schema.DataFields)
        {
            _fields.Add(field.Path.ToString(), field);
        }
    }

    /// <summary>Row groups in the part.</summary>
    public int Groups => _parquet.RowGroupCount;

    /// <summary>The column whose bytes <see cref="ReadGroupAsync"/> could not read when it last failed, if it came to a column.</summary>
    public string? UnreadableColumn { get; private set; }

    /// <summary>Opens a part.</summary>
    /// <param name="path">The part, for messages.</param>
    /// <param name="open">Opens its bytes.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="FaultException">It cannot be read.</exception>
    public static async Task<PartReader> OpenAsync(string path, Func<ValueTask<Stream>> open, CancellationToken cancellation)
    {
        Stream? stream = null;
        try
        {
            stream = await open().ConfigureAwait(false);
            ParquetReader parquet = await ParquetReader.CreateAsync(stream, null, true, cancellation).ConfigureAwait(false);
            PartReader reader = new(stream, parquet, path);
            stream = null;
            return reader;
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
    /// <param name="index">The row group, from 0.</param>
    /// <param name="firstRow">The part's row that it begins with, for messages.</param>
    /// <param name="read">What to do with its columns.</param>
    /// <param name="memory">What the group is read into; null: memory of its own.</param>
    /// <exception cref="FaultException">It cannot be read.</exception>
    public async Task<T> ReadGroupAsync<T>(int index, long firstRow, Func<RowGroupColumns, Task<T>> read, GroupMemory? memory = null)
    {
        RowGroupColumns? columns = null;
        try
        {
            using ParquetRowGroupReader group = _parquet.OpenRowGroupReader(index);
            columns = new RowGroupColumns(group, _fields, _path, firstRow, memory ?? new GroupMemory());
            return await read(columns).ConfigureAwait(false);
        }
        catch (Exception exception) when (IsUnreadable(exception))
        {
            UnreadableColumn = columns?.Reading;
            throw Unreadable(_path, exception, UnreadableColumn);
        }
    }

    /// <summary>Rows of a row group.</summary>
    public long RowsOf(int index)
    {
        using ParquetRowGroupReader group = _parquet.OpenRowGroupReader(index);
        return group.RowCount;
    }

    /// <summary>Bytes of a row group's columns, as the footer says.</summary>
    public long BytesOf(int index)
    {
        using ParquetRowGroupReader group = _parquet.OpenRowGroupReader(index);
        return group.RowGroup.Columns.Sum(column => column.MetaData?.TotalCompressedSize ?? 0);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _parquet.DisposeAsync().ConfigureAwait(false);
        await _stream.DisposeAsync().ConfigureAwait(false);
    }

    // Bytes that nobody checked can break a parser in any way; only a stop and a fault are none of that.
    private static bool IsUnreadable(Exception exception) => exception is not OperationCanceledException and not FaultException;

    private static FaultException Unreadable(string path, Exception exception, string? column = null) =>
        new(
            Fault.Data(
                $"the part cannot be read as Parquet{(column is null ? "" : $", column {column}")}: {exception.Reason()}",
                path,
                ManifestFile.MakePartAnew
            ),
            exception
        );
}
