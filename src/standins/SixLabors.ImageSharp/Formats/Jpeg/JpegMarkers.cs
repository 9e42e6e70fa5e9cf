namespace SixLabors.ImageSharp.Formats.Jpeg;

/// <summary>Finds markers: a byte 0xFF and one that is neither 0 (a stuffed byte) nor 0xFF (a fill byte).</summary>
internal static class JpegMarkers
{
    /// <summary>The position of the 0xFF right before the next marker's code; negative where none comes.</summary>
    public static int Find(ReadOnlySpan<byte> data, int position)
    {
        while (position < data.Length)
        {
            int offset = data[position..].IndexOf((byte)0xFF);
            if (offset < 0 || position + offset + 1 >= data.Length)
            {
                return -1;
            }
            position += offset;
            if (data[position + 1] is not (0 or 0xFF))
            {
                return position;
            }
            position++;
        }
        return -1;
    }
}
