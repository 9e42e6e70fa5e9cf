using System.Buffers;
using System.Runtime.InteropServices;

namespace SixLabors.ImageSharp.Processing.Operations;

/// <summary>Four rows of samples side by side in memory, with room behind each for a vector that reaches over its end.</summary>
internal sealed class FloatRows : IDisposable
{
    public const int Count = 4;

    private const int Padding = 4;

    private readonly float[] rented;
    private readonly int length;

    public FloatRows(int length)
    {
        this.length = length;
        rented = ArrayPool<float>.Shared.Rent(checked(Count * (length + Padding)));
        // Rows that are never filled are mixed all the same.
        rented.AsSpan().Clear();
    }

    /// <summary>From a sample to the one below it.</summary>
    public int Stride => length + Padding;

    /// <summary>The first sample of the first row.</summary>
    public ref float First => ref MemoryMarshal.GetArrayDataReference(rented);

    public Span<float> Row(int k) => rented.AsSpan(k * Stride, length);

    public void Dispose() => ArrayPool<float>.Shared.Return(rented);
}
