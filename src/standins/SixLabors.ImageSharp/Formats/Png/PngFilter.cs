using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SixLabors.ImageSharp.Formats.Png;

/// <summary>Applying the five filters; every byte depends on unfiltered bytes alone, so whole vectors are done at once.</summary>
internal static class PngFilter
{
    /// <summary>Filters a row and returns the number of the filter.</summary>
    public static byte Row(PngFilterMethod method, ReadOnlySpan<byte> row, ReadOnlySpan<byte> prior, Span<byte> filtered, int distance)
    {
        prior = prior[..row.Length];
        filtered = filtered[..row.Length];
        switch (method)
        {
            case PngFilterMethod.None:
                row.CopyTo(filtered);
                return 0;
            case PngFilterMethod.Sub:
                Apply<SubPredictor>(row, prior, filtered, distance);
                return 1;
            case PngFilterMethod.Up:
                Apply<UpPredictor>(row, prior, filtered, distance);
                return 2;
            case PngFilterMethod.Average:
                Apply<AveragePredictor>(row, prior, filtered, distance);
                return 3;
            case PngFilterMethod.Paeth:
                Apply<PaethPredictor>(row, prior, filtered, distance);
                return 4;
            default:
                throw new ArgumentOutOfRangeException(nameof(method), method, "Not a filter for a single row.");
        }
    }

    /// <summary>The sum of the bytes' distances from zero, taken as signed: small where the row compresses well.</summary>
    public static long Cost(ReadOnlySpan<byte> filtered)
    {
        long cost = 0;
        foreach (byte value in filtered)
        {
            cost += Math.Abs((int)(sbyte)value);
        }
        return cost;
    }

    private static void Apply<TPredictor>(ReadOnlySpan<byte> row, ReadOnlySpan<byte> prior, Span<byte> filtered, int distance)
        where TPredictor : struct, IPredictor
    {
        int first = Math.Min(distance, row.Length);
        for (int i = 0; i < first; i++)
        {
            filtered[i] = (byte)(row[i] - TPredictor.Predict(0, prior[i], 0));
        }
        int x = first;
        for (; x <= row.Length - Vector256<byte>.Count; x += Vector256<byte>.Count)
        {
            Vector256<byte> predicted = TPredictor.Predict(
                Vector256.Create(row[(x - distance)..]),
                Vector256.Create(prior[x..]),
                Vector256.Create(prior[(x - distance)..])
            );
            (Vector256.Create(row[x..]) - predicted).CopyTo(filtered[x..]);
        }
        for (; x < row.Length; x++)
        {
            filtered[x] = (byte)(row[x] - TPredictor.Predict(row[x - distance], prior[x], prior[x - distance]));
        }
    }

    private interface IPredictor
    {
        static abstract byte Predict(byte left, byte above, byte corner);

        static abstract Vector256<byte> Predict(Vector256<byte> left, Vector256<byte> above, Vector256<byte> corner);
    }

    private readonly struct SubPredictor : IPredictor
    {
        public static byte Predict(byte left, byte above, byte corner) => left;

        public static Vector256<byte> Predict(Vector256<byte> left, Vector256<byte> above, Vector256<byte> corner) => left;
    }

    private readonly struct UpPredictor : IPredictor
    {
        public static byte Predict(byte left, byte above, byte corner) => above;

        public static Vector256<byte> Predict(Vector256<byte> left, Vector256<byte> above, Vector256<byte> corner) => above;
    }

    private readonly struct AveragePredictor : IPredictor
    {
        public static byte Predict(byte left, byte above, byte corner) => (byte)((left + above) >> 1);

        public static Vector256<byte> Predict(Vector256<byte> left, Vector256<byte> above, Vector256<byte> corner) =>
            (left & above) + (Vector256.ShiftRightLogical((left ^ above).AsUInt16(), 1).AsByte() & Vector256.Create((byte)0x7F));
    }

    private readonly struct PaethPredictor : IPredictor
    {
        public static byte Predict(byte left, byte above, byte corner)
        {
            int toLeft = Math.Abs(above - corner);
            int toAbove = Math.Abs(left - corner);
            int toCorner = Math.Abs(left + above - (2 * corner));
            if (toLeft <= toAbove && toLeft <= toCorner)
            {
                return left;
            }
            return toAbove <= toCorner ? above : corner;
        }

        /// <summary>
        /// In bytes throughout: |left + above − 2·corner| is the sum of the two distances where left and above lie on the same side of the
        /// corner (then the corner never wins), and their difference where it lies between them.
        /// </summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<byte> Predict(Vector256<byte> left, Vector256<byte> above, Vector256<byte> corner)
        {
            Vector256<byte> toLeft = Vector256.Max(above, corner) - Vector256.Min(above, corner);
            Vector256<byte> toAbove = Vector256.Max(left, corner) - Vector256.Min(left, corner);
            Vector256<byte> sameSide = Vector256.Equals(
                Vector256.Equals(Vector256.Max(above, corner), above),
                Vector256.Equals(Vector256.Max(left, corner), left)
            );
            Vector256<byte> toCorner = sameSide | (Vector256.Max(toLeft, toAbove) - Vector256.Min(toLeft, toAbove));
            Vector256<byte> useAbove = Vector256.Equals(Vector256.Min(toAbove, toCorner), toAbove);
            Vector256<byte> other = Vector256.ConditionalSelect(useAbove, above, corner);
            Vector256<byte> useLeft = Vector256.Equals(Vector256.Min(toLeft, Vector256.Min(toAbove, toCorner)), toLeft);
            return Vector256.ConditionalSelect(useLeft, left, other);
        }
    }
}
