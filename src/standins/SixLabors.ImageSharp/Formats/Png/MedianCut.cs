using SixLabors.ImageSharp.PixelFormats;

namespace SixLabors.ImageSharp.Formats.Png;

/// <summary>Splits the colours of an image into boxes, the most populous wide one first (Heckbert, 1982).</summary>
internal static class MedianCut
{
    public static List<Box> Split(Dictionary<Rgba32, int> counts, int largest)
    {
        KeyValuePair<Rgba32, int>[] colors = [.. counts];
        Array.Sort(colors, static (left, right) => Order(left.Key, right.Key));
        if (colors.Length <= largest)
        {
            return [.. colors.Select((_, i) => new Box(colors, i, 1))];
        }
        PriorityQueue<Box, long> queue = new();
        Enqueue(queue, new Box(colors, 0, colors.Length));
        while (queue.Count < largest)
        {
            (Box lower, Box upper) = queue.Dequeue().Halve();
            Enqueue(queue, lower);
            Enqueue(queue, upper);
        }
        return [.. queue.UnorderedItems.Select(item => item.Element).OrderBy(box => box.Start)];
    }

    private static void Enqueue(PriorityQueue<Box, long> queue, Box box) => queue.Enqueue(box, -box.Weight);

    private static int Order(Rgba32 left, Rgba32 right) => Key(left).CompareTo(Key(right));

    /// <summary>Translucent colours first, so that tRNS stays short.</summary>
    private static uint Key(Rgba32 color) => ((uint)color.A << 24) | ((uint)color.R << 16) | ((uint)color.G << 8) | color.B;

    /// <summary>A run of the colour table.</summary>
    internal sealed class Box(KeyValuePair<Rgba32, int>[] table, int start, int length)
    {
        public int Start => start;

        public IEnumerable<Rgba32> Colors => table.Skip(start).Take(length).Select(entry => entry.Key);

        /// <summary>Pixels times spread; zero where nothing can be split.</summary>
        public long Weight => length == 1 ? 0 : Run.ToArray().Sum(entry => (long)entry.Value) * Spread(WidestChannel);

        public Rgba32 Mean
        {
            get
            {
                long pixels = 0;
                Span<long> sums = stackalloc long[4];
                foreach ((Rgba32 color, int count) in Run)
                {
                    pixels += count;
                    for (int channel = 0; channel < 4; channel++)
                    {
                        sums[channel] += (long)count * Channel(color, channel);
                    }
                }
                long half = pixels / 2;
                return new Rgba32(
                    (byte)((sums[0] + half) / pixels),
                    (byte)((sums[1] + half) / pixels),
                    (byte)((sums[2] + half) / pixels),
                    (byte)((sums[3] + half) / pixels)
                );
            }
        }

        private Span<KeyValuePair<Rgba32, int>> Run => table.AsSpan(start, length);

        private int WidestChannel => Enumerable.Range(0, 4).MaxBy(Spread);

        public (Box Lower, Box Upper) Halve()
        {
            int channel = WidestChannel;
            Run.Sort((left, right) => Channel(left.Key, channel).CompareTo(Channel(right.Key, channel)));
            long pixels = 0;
            foreach (KeyValuePair<Rgba32, int> entry in Run)
            {
                pixels += entry.Value;
            }
            int cut = 1;
            for (long below = Run[0].Value; cut < length - 1 && below < pixels / 2; cut++)
            {
                below += Run[cut].Value;
            }
            return (new Box(table, start, cut), new Box(table, start + cut, length - cut));
        }

        private int Spread(int channel)
        {
            int least = 255;
            int most = 0;
            foreach (KeyValuePair<Rgba32, int> entry in Run)
            {
                int value = Channel(entry.Key, channel);
                (least, most) = (Math.Min(least, value), Math.Max(most, value));
            }
            return most - least;
        }

        private static int Channel(Rgba32 color, int channel) =>
            channel switch
            {
                0 => color.R,
                1 => color.G,
                2 => color.B,
                _ => color.A,
            };
    }
}
