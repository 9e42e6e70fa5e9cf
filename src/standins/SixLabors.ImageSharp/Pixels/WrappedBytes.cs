using System.Buffers;
using System.Runtime.InteropServices;
using SixLabors.ImageSharp.PixelFormats;

namespace SixLabors.ImageSharp.Pixels;

/// <summary>Memory of bytes seen as memory of pixels.</summary>
internal sealed class WrappedBytes<TPixel>(Memory<byte> bytes) : MemoryManager<TPixel>
    where TPixel : unmanaged, IPixel<TPixel>
{
    public override Span<TPixel> GetSpan() => MemoryMarshal.Cast<byte, TPixel>(bytes.Span);

    public override unsafe MemoryHandle Pin(int elementIndex = 0)
    {
        MemoryHandle handle = bytes.Pin();
        return new MemoryHandle((byte*)handle.Pointer + (elementIndex * sizeof(TPixel)), pinnable: new Unpinner(handle));
    }

    public override void Unpin() { }

    protected override void Dispose(bool disposing) { }

    private sealed class Unpinner(MemoryHandle handle) : IPinnable
    {
        public MemoryHandle Pin(int elementIndex) => throw new InvalidOperationException("Already pinned.");

        public void Unpin() => handle.Dispose();
    }
}
