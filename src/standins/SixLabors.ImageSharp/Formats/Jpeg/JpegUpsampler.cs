using System.Buffers;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SixLabors.ImageSharp.Formats.Jpeg;

/// <summary>
/// The samples of a component at the size of the picture. Halved rows and columns are interpolated with the triangle filter (3/4 of the
/// nearer sample, 1/4 of the farther), as the common decoders do by default; other ratios repeat samples.
/// </summary>
internal sealed class JpegUpsampler : IDisposable
{
    /// <summary>Narrower components are repeated, in the common decoders too.</summary>
    private const int NarrowestInterpolated = 3;

    private readonly JpegComponent component;
    private readonly JpegFrame frame;
    private readonly bool wide;
    private readonly bool high;
    private byte[] row = [];
    private ushort[] sums = [];

    public JpegUpsampler(JpegFrame frame, JpegComponent component)
    {
        this.frame = frame;
        this.component = component;
        bool fullWidth = component.Horizontal == frame.LargestHorizontal;
        bool fullHeight = component.Vertical == frame.LargestVertical;
        bool halfWidth = 2 * component.Horizontal == frame.LargestHorizontal && component.Width >= NarrowestInterpolated;
        bool halfHeight = 2 * component.Vertical == frame.LargestVertical;
        wide = halfWidth && (fullHeight || halfHeight);
        high = halfHeight && (fullWidth || halfWidth);
        if (!(fullWidth && fullHeight))
        {
            row = ArrayPool<byte>.Shared.Rent(Math.Max(frame.Width, 2 * component.Width));
            sums = ArrayPool<ushort>.Shared.Rent(component.Width);
        }
    }

    /// <summary>At least as many samples as the picture is wide; valid until the next call.</summary>
    public ReadOnlySpan<byte> Row(int y)
    {
        if (row.Length == 0)
        {
            return component.Row(y);
        }
        if (high)
        {
            SumRows(y);
            if (wide)
            {
                Widen(roundBefore: 8, roundAfter: 7, shift: 4);
            }
            else
            {
                // Ties alternate between down and up, so that rounding does not shift the mean.
                int rounding = (y & 1) == 0 ? 1 : 2;
                for (int x = 0; x < component.Width; x++)
                {
                    row[x] = (byte)((sums[x] + rounding) >> 2);
                }
            }
        }
        else if (wide)
        {
            CopyRow(y);
            Widen(roundBefore: 1, roundAfter: 2, shift: 2);
        }
        else
        {
            Repeat(y);
        }
        return row;
    }

    public void Dispose()
    {
        (byte[] oldRow, ushort[] oldSums) = (row, sums);
        (row, sums) = ([], []);
        if (oldRow.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(oldRow);
            ArrayPool<ushort>.Shared.Return(oldSums);
        }
    }

    /// <summary>3 × the nearer row + the farther one.</summary>
    private void SumRows(int y)
    {
        int nearest = y / 2;
        int farther = Math.Clamp((y & 1) == 0 ? nearest - 1 : nearest + 1, 0, component.Height - 1);
        ReadOnlySpan<byte> near = component.Row(nearest)[..component.Width];
        ReadOnlySpan<byte> far = component.Row(farther)[..near.Length];
        Span<ushort> sum = sums.AsSpan(0, near.Length);
        int x = 0;
        for (; x <= near.Length - Vector128<byte>.Count; x += Vector128<byte>.Count)
        {
            (Vector128<ushort> nearLow, Vector128<ushort> nearHigh) = Vector128.Widen(Vector128.Create(near[x..]));
            (Vector128<ushort> farLow, Vector128<ushort> farHigh) = Vector128.Widen(Vector128.Create(far[x..]));
            ((nearLow * 3) + farLow).CopyTo(sum[x..]);
            ((nearHigh * 3) + farHigh).CopyTo(sum[(x + Vector128<ushort>.Count)..]);
        }
        for (; x < near.Length; x++)
        {
            sum[x] = (ushort)((3 * near[x]) + far[x]);
        }
    }

    private void CopyRow(int y)
    {
        ReadOnlySpan<byte> from = component.Row(y);
        Span<ushort> sum = sums.AsSpan(0, component.Width);
        for (int x = 0; x < sum.Length; x++)
        {
            sum[x] = from[x];
        }
    }

    /// <summary>Two samples of each sum: 3 × it + the one before or after it, rounded and shifted right.</summary>
    private void Widen(int roundBefore, int roundAfter, int shift)
    {
        ReadOnlySpan<ushort> from = sums.AsSpan(0, component.Width);
        Span<ushort> pairs = MemoryMarshal.Cast<byte, ushort>(row.AsSpan(0, 2 * from.Length));
        int last = from.Length - 1;
        pairs[0] = Pair(from[0], from[0], from[1], roundBefore, roundAfter, shift);
        pairs[last] = Pair(from[last - 1], from[last], from[last], roundBefore, roundAfter, shift);
        int x = 1;
        Vector128<ushort> before = Vector128.Create((ushort)roundBefore);
        Vector128<ushort> after = Vector128.Create((ushort)roundAfter);
        for (; x <= last - Vector128<ushort>.Count; x += Vector128<ushort>.Count)
        {
            Vector128<ushort> near = Vector128.Create(from[x..]) * 3;
            Vector128<ushort> first = (near + Vector128.Create(from[(x - 1)..]) + before) >> shift;
            Vector128<ushort> second = (near + Vector128.Create(from[(x + 1)..]) + after) >> shift;
            Pair(first, second).CopyTo(pairs[x..]);
        }
        for (; x < last; x++)
        {
            pairs[x] = Pair(from[x - 1], from[x], from[x + 1], roundBefore, roundAfter, shift);
        }
    }

    private static ushort Pair(int before, int near, int after, int roundBefore, int roundAfter, int shift)
    {
        int first = ((3 * near) + before + roundBefore) >> shift;
        int second = ((3 * near) + after + roundAfter) >> shift;
        return (ushort)(BitConverter.IsLittleEndian ? first | (second << 8) : (first << 8) | second);
    }

    private static Vector128<ushort> Pair(Vector128<ushort> first, Vector128<ushort> second) =>
        BitConverter.IsLittleEndian ? first | (second << 8) : (first << 8) | second;

    private void Repeat(int y)
    {
        ReadOnlySpan<byte> from = component.Row(y * component.Vertical / frame.LargestVertical);
        for (int x = 0; x < frame.Width; x++)
        {
            row[x] = from[x * component.Horizontal / frame.LargestHorizontal];
        }
    }
}
