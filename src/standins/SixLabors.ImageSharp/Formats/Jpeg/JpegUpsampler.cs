using System.Buffers;

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
                WidenSums();
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
            WidenRow(component.Row(y)[..component.Width]);
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
        for (int x = 0; x < near.Length; x++)
        {
            sum[x] = (ushort)((3 * near[x]) + far[x]);
        }
    }

    private void WidenSums()
    {
        ReadOnlySpan<ushort> from = sums.AsSpan(0, component.Width);
        Span<byte> to = row.AsSpan(0, 2 * from.Length);
        for (int x = 0; x < from.Length; x++)
        {
            int near = 3 * from[x];
            int before = from[Math.Max(x - 1, 0)];
            int after = from[Math.Min(x + 1, from.Length - 1)];
            to[2 * x] = (byte)((near + before + 8) >> 4);
            to[(2 * x) + 1] = (byte)((near + after + 7) >> 4);
        }
    }

    private void WidenRow(ReadOnlySpan<byte> from)
    {
        Span<byte> to = row.AsSpan(0, 2 * from.Length);
        for (int x = 0; x < from.Length; x++)
        {
            int near = 3 * from[x];
            int before = from[Math.Max(x - 1, 0)];
            int after = from[Math.Min(x + 1, from.Length - 1)];
            to[2 * x] = (byte)((near + before + 1) >> 2);
            to[(2 * x) + 1] = (byte)((near + after + 2) >> 2);
        }
    }

    private void Repeat(int y)
    {
        ReadOnlySpan<byte> from = component.Row(y * component.Vertical / frame.LargestVertical);
        for (int x = 0; x < frame.Width; x++)
        {
            row[x] = from[x * component.Horizontal / frame.LargestHorizontal];
        }
    }
}
