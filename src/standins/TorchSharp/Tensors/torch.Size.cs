namespace TorchSharp;

public static partial class torch
{
    /// <summary>A shape.</summary>
    public readonly struct Size
    {
        private readonly long[]? _shape;

        public Size(long[] shape) => _shape = shape;

        public int Length => Shape.Length;

        public long[] Shape => _shape ?? [];

        public long this[int index] => Shape[index];

        public static implicit operator Size(long size) => new([size]);

        public static implicit operator Size(long[] size) => new(size);

        public static implicit operator Size((long, long) size) => new([size.Item1, size.Item2]);

        public static implicit operator Size((long, long, long) size) => new([size.Item1, size.Item2, size.Item3]);

        public static implicit operator Size((long, long, long, long) size) => new([size.Item1, size.Item2, size.Item3, size.Item4]);

        public static implicit operator Size((long, long, long, long, long) size) =>
            new([size.Item1, size.Item2, size.Item3, size.Item4, size.Item5]);

        public static implicit operator Size((long, long, long, long, long, long) size) =>
            new([size.Item1, size.Item2, size.Item3, size.Item4, size.Item5, size.Item6]);

        /// <summary>The number of elements.</summary>
        public long numel()
        {
            var product = 1L;
            foreach (var length in Shape)
            {
                product *= length;
            }

            return product;
        }
    }
}
