using System.Buffers;

namespace SixLabors.ImageSharp.Formats.Jpeg;

/// <summary>One colour component of a frame: its sampling, and its samples as they are decoded.</summary>
internal sealed class JpegComponent(byte id, int horizontal, int vertical, int quantizationIndex) : IDisposable
{
    public byte Id { get; } = id;

    /// <summary>Blocks in a row of an MCU, 1 to 4.</summary>
    public int Horizontal { get; } = horizontal;

    /// <summary>Blocks in a column of an MCU, 1 to 4.</summary>
    public int Vertical { get; } = vertical;

    public int QuantizationIndex { get; } = quantizationIndex;

    /// <summary>Samples in a row, without what fills up the last MCU.</summary>
    public int Width { get; private set; }

    public int Height { get; private set; }

    /// <summary>Blocks in a row of a scan of this component alone.</summary>
    public int BlocksWide => (Width + 7) / 8;

    public int BlocksHigh => (Height + 7) / 8;

    /// <summary>Blocks in a row of the plane: whole MCUs.</summary>
    public int PlaneBlocksWide { get; private set; }

    public int PlaneBlocksHigh { get; private set; }

    public int Stride => PlaneBlocksWide * 8;

    /// <summary>The samples, <c>[PlaneBlocksHigh × 8, Stride]</c>.</summary>
    public byte[] Plane { get; private set; } = [];

    /// <summary>Of a progressive frame, <c>[block, 64]</c>, in the order of rows and columns.</summary>
    public short[] Coefficients { get; private set; } = [];

    /// <summary>In the order of rows and columns; as defined when the first scan of the component begins.</summary>
    public int[]? Quantization { get; set; }

    /// <summary>For each coefficient, in zigzag order, the lowest bit decoded so far; -1 before the first scan with it.</summary>
    public sbyte[] LowestBits { get; } = CreateLowestBits();

    public void Allocate(JpegFrame frame)
    {
        Width = DivideUp(frame.Width * Horizontal, frame.LargestHorizontal);
        Height = DivideUp(frame.Height * Vertical, frame.LargestVertical);
        PlaneBlocksWide = frame.McusWide * Horizontal;
        PlaneBlocksHigh = frame.McusHigh * Vertical;
    }

    /// <summary>Takes the memory for samples and, for a progressive frame, coefficients.</summary>
    public void Rent(bool progressive)
    {
        int samples = PlaneBlocksWide * PlaneBlocksHigh * JpegSyntax.BlockSize;
        Plane = ArrayPool<byte>.Shared.Rent(samples);
        if (progressive)
        {
            Coefficients = ArrayPool<short>.Shared.Rent(samples);
            Coefficients.AsSpan(0, samples).Clear();
        }
    }

    public ReadOnlySpan<byte> Row(int y) => Plane.AsSpan(y * Stride, Stride);

    public void Dispose()
    {
        (byte[] plane, short[] coefficients) = (Plane, Coefficients);
        (Plane, Coefficients) = ([], []);
        if (plane.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(plane);
        }
        if (coefficients.Length > 0)
        {
            ArrayPool<short>.Shared.Return(coefficients);
        }
    }

    private static int DivideUp(int value, int divisor) => (value + divisor - 1) / divisor;

    private static sbyte[] CreateLowestBits()
    {
        sbyte[] bits = new sbyte[JpegSyntax.BlockSize];
        bits.AsSpan().Fill(-1);
        return bits;
    }
}
