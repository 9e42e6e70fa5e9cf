using System.IO.MemoryMappedFiles;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using VlmQ.Models.Kernels;
using static TorchSharp.torch;

namespace VlmQ.Models.Safetensors;

/// <summary>
/// A file's bytes as memory of tensors. Its pages are read when they are touched, shared with whoever else has the file open, and copied
/// when they are written to; the file itself never changes. The memory lives as long as a tensor needs it.
/// </summary>
internal sealed unsafe class MappedFile : IDisposable
{
    private readonly MemoryMappedViewAccessor _view;

    /// <summary>Maps a file.</summary>
    public MappedFile(string path)
    {
        using MemoryMappedFile file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.CopyOnWrite);
        _view = file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.CopyOnWrite);
    }

    /// <summary>Makes a part of the file the memory of a tensor that it has the length of.</summary>
    /// <param name="offset">The part's first byte.</param>
    /// <param name="destination">In main memory and contiguous; it keeps its shape, type and identity.</param>
    /// <returns>False where the native library cannot do it: nothing has changed then.</returns>
    public bool TryLend(long offset, Tensor destination)
    {
        if (NativeKernels.Loaded is not { } native || offset % destination.ElementSize != 0)
        {
            return false;
        }
        byte* start = null;
        SafeMemoryMappedViewHandle handle = _view.SafeMemoryMappedViewHandle;
        handle.AcquirePointer(ref start);
        GCHandle context = GCHandle.Alloc(handle);
        bool lent = false;
        try
        {
            delegate* unmanaged[Cdecl]<nint, void> release = &Release;
            lent = native.Done(
                native.Alias(destination.Handle, (nint)(start + _view.PointerOffset + offset), (nint)release, GCHandle.ToIntPtr(context))
            );
            GC.KeepAlive(destination);
            return lent;
        }
        finally
        {
            if (!lent)
            {
                context.Free();
                handle.ReleasePointer();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _view.Dispose();

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Release(nint context)
    {
        GCHandle held = GCHandle.FromIntPtr(context);
        ((SafeMemoryMappedViewHandle)held.Target!).ReleasePointer();
        held.Free();
    }
}
