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
    private readonly SafeFileHandle _handle;
    private readonly long _dataStart;
    private readonly FrozenDictionary<string, SafetensorsEntry> _byName;

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
            return Fault.External("cannot be opened: " + error.Message, path);
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
        if (entry.Dtype.ToScalarType() is not { } type)
        {
            throw new FaultException(Fault.Data($"'{name}' is {entry.Dtype}, which no tensor can hold", Path));
        }
        if (entry.Bytes > int.MaxValue)
        {
            throw new FaultException(Fault.Data($"'{name}' has {entry.Bytes} bytes, more than the 2 GiB that one read takes", Path));
        }
        Tensor tensor = empty(entry.Shape.AsSpan().ToArray(), dtype: type);
        if (entry.Bytes > 0)
        {
            ReadBytes(entry, tensor.bytes);
        }
        return tensor;
    }

    /// <summary>Reads a tensor into one of the same shape, converting its elements to that one's type and device.</summary>
    /// <exception cref="FaultException">There is no such tensor, or its shape differs.</exception>
    public void ReadInto(string name, Tensor destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        SafetensorsEntry? entry = Find(name);
        if (entry is not null && !entry.Shape.AsSpan().SequenceEqual(destination.shape))
        {
            throw new FaultException(
                Fault.Data(
                    $"'{name}' has the shape [{string.Join(", ", entry.Shape)}], but the model needs [{string.Join(", ", destination.shape)}]",
                    Path,
                    "the checkpoint belongs to another configuration"
                )
            );
        }
        using IDisposable noGradient = no_grad();
        using DisposeScope scope = NewDisposeScope();
        destination.copy_(Read(name));
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

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
