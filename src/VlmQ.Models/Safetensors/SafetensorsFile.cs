using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Collections.Immutable;
using Microsoft.Win32.SafeHandles;
using TorchSharp;
using VlmQ.Core.Episodes;
using static TorchSharp.torch;

namespace VlmQ.Models.Safetensors;

/// <summary>
/// A safetensors file open for reading. The header is checked once when it is opened; a tensor's bytes are read only when it is asked
/// for, straight into its memory. Reads keep no position, so threads may read at the same time.
/// </summary>
public sealed class SafetensorsFile : IDisposable
{
    private const long Piece = 16 << 20;
    private const long SmallestMapped = 4 << 20;

    private readonly SafeFileHandle _handle;
    private readonly long _dataStart;
    private readonly FrozenDictionary<string, SafetensorsEntry> _byName;
    private MappedFile? _mapped;

    private SafetensorsFile(string path, SafeFileHandle handle, long dataStart, SafetensorsHeader header)
    {
        Path = path;
        _handle = handle;
        _dataStart = dataStart;
        Header = header;
        _byName = header.Entries.ToFrozenDictionary(entry => entry.Name);
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>What it holds.</summary>
    public SafetensorsHeader Header { get; }

    /// <summary>The names of its tensors, in the order of their data.</summary>
    public IEnumerable<string> Names => Header.Entries.Select(entry => entry.Name);

    /// <summary>Opens a file and checks its header against its length.</summary>
    public static Result<SafetensorsFile> Open(string path)
    {
        SafeFileHandle handle;
        try
        {
            handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read, FileOptions.RandomAccess);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Fault.External("cannot be opened: " + error.Reason(), path);
        }
        Result<SafetensorsFile> opened = Open(path, handle);
        if (opened is Result<SafetensorsFile>.Failed)
        {
            handle.Dispose();
        }
        return opened;
    }

    /// <summary>The entry of a tensor; null when the file does not hold it.</summary>
    public SafetensorsEntry? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>Reads a tensor's bytes as they are in the file.</summary>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is not exactly as long as the entry.</exception>
    /// <exception cref="FaultException">The file ends early.</exception>
    public void ReadBytes(SafetensorsEntry entry, Span<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (destination.Length != entry.Bytes)
        {
            throw new ArgumentException(
                $"'{entry.Name}' has {entry.Bytes} bytes, the destination {destination.Length}.",
                nameof(destination)
            );
        }
        ReadExactly(_handle, destination, _dataStart + entry.Begin, Path);
    }

    /// <summary>Reads a tensor, in the type that the file holds, on the CPU.</summary>
    /// <exception cref="FaultException">There is no such tensor, or no tensor type for its elements.</exception>
    public Tensor Read(string name)
    {
        SafetensorsEntry entry = Find(name) ?? throw new FaultException(Fault.Data($"there is no tensor '{name}'", Path));
        Tensor tensor = empty(entry.Shape.AsSpan().ToArray(), dtype: TypeOf(entry));
        if (entry.Bytes > 0)
        {
            ReadPieces(entry, tensor);
        }
        return tensor;
    }

    /// <summary>
    /// Reads a tensor into one of the same shape, converting its elements to that one's type and device, a piece at a time: memory is
    /// spent on the destination alone. A large one in main memory and of the file's own type is not read but mapped: its pages are the
    /// file's until somebody writes to them.
    /// </summary>
    /// <exception cref="FaultException">There is no such tensor, no tensor type for its elements, or its shape differs.</exception>
    public void ReadInto(string name, Tensor destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        SafetensorsEntry entry = Find(name) ?? throw new FaultException(Fault.Data($"there is no tensor '{name}'", Path));
        if (!entry.Shape.AsSpan().SequenceEqual(destination.shape))
        {
            throw new FaultException(
                Fault.Data(
                    $"'{name}' has the shape [{string.Join(", ", entry.Shape)}], but the model needs [{string.Join(", ", destination.shape)}]",
                    Path,
                    "the checkpoint belongs to another configuration"
                )
            );
        }
        ScalarType type = TypeOf(entry);
        if (entry.Bytes == 0)
        {
            return;
        }
        using IDisposable noGradient = no_grad();
        using Tensor detached = destination.detach();
        bool inPlace = destination.dtype == type && destination.device_type == DeviceType.CPU && destination.is_contiguous();
        if (!inPlace)
        {
            CopyPieces(entry, type, detached);
        }
        else if (entry.Bytes < SmallestMapped || !Map(destination, _dataStart + entry.Begin))
        {
            ReadPieces(entry, detached);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _mapped?.Dispose();
        _handle.Dispose();
    }

    private ScalarType TypeOf(SafetensorsEntry entry) =>
        entry.Dtype.ToScalarType()
        ?? throw new FaultException(Fault.Data($"'{entry.Name}' is {entry.Dtype}, which no tensor can hold", Path));

    private bool Map(Tensor destination, long offset)
    {
        lock (_handle)
        {
            _mapped ??= new MappedFile(Path);
            return _mapped.TryLend(offset, destination);
        }
    }

    // Spans hold at most 2 GiB, so that even a read straight into its place goes in pieces.
    private void ReadPieces(SafetensorsEntry entry, Tensor destination)
    {
        using Tensor flat = destination.view(-1);
        long elements = Piece / destination.ElementSize;
        for (long first = 0; first < flat.shape[0]; first += elements)
        {
            using Tensor part = flat.narrow(0, first, Math.Min(elements, flat.shape[0] - first));
            ReadExactly(_handle, part.bytes, _dataStart + entry.Begin + (first * destination.ElementSize), Path);
        }
    }

    private void CopyPieces(SafetensorsEntry entry, ScalarType type, Tensor destination)
    {
        using DisposeScope scope = NewDisposeScope();
        long rows = destination.dim() == 0 ? 1 : destination.shape[0];
        long rowBytes = entry.Bytes / rows;
        long most = Math.Clamp(Piece / rowBytes, 1, rows);
        for (long first = 0; first < rows; first += most)
        {
            using DisposeScope piece = NewDisposeScope();
            long count = Math.Min(most, rows - first);
            Tensor part = destination.dim() == 0 ? destination : destination.narrow(0, first, count);
            Tensor read = empty(part.shape, dtype: type);
            ReadExactly(_handle, read.bytes, _dataStart + entry.Begin + (first * rowBytes), Path);
            part.copy_(read);
        }
    }

    private static Result<SafetensorsFile> Open(string path, SafeFileHandle handle)
    {
        long length = RandomAccess.GetLength(handle);
        if (length < 8)
        {
            return Fault.Data($"has {length} bytes; a safetensors file has at least 8", path);
        }
        Span<byte> prefix = stackalloc byte[8];
        ReadExactly(handle, prefix, 0, path);
        ulong headerLength = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (headerLength > SafetensorsHeader.MaximumLength || headerLength > (ulong)(length - 8))
        {
            return Fault.Data(
                $"claims a header of {headerLength} bytes in a file of {length}",
                path,
                "the file is damaged or is no safetensors file"
            );
        }
        byte[] json = new byte[headerLength];
        ReadExactly(handle, json, 8, path);
        long dataStart = 8 + (long)headerLength;
        return SafetensorsHeader.Parse(json, length - dataStart, path).Map(header => new SafetensorsFile(path, handle, dataStart, header));
    }

    private static void ReadExactly(SafeFileHandle handle, Span<byte> destination, long offset, string path)
    {
        while (destination.Length > 0)
        {
            int read = RandomAccess.Read(handle, destination, offset);
            if (read == 0)
            {
                throw new FaultException(Fault.Data("ends before its data do", path, "the file changed while it was read"));
            }
            destination = destination[read..];
            offset += read;
        }
    }
}
