using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Parquet.Encodings;

/// <summary>Views spans of a type parameter as spans of the type that it is known to be.</summary>
internal static class Reinterpret
{
    /// <summary>The same span; <typeparamref name="TFrom"/> must be <typeparamref name="TTo"/>.</summary>
    public static Span<TTo> As<TFrom, TTo>(Span<TFrom> span)
    {
        Demand<TFrom, TTo>();
        return MemoryMarshal.CreateSpan(ref Unsafe.As<TFrom, TTo>(ref MemoryMarshal.GetReference(span)), span.Length);
    }

    /// <summary>The same span; <typeparamref name="TFrom"/> must be <typeparamref name="TTo"/>.</summary>
    public static ReadOnlySpan<TTo> As<TFrom, TTo>(ReadOnlySpan<TFrom> span)
    {
        Demand<TFrom, TTo>();
        return MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<TFrom, TTo>(ref MemoryMarshal.GetReference(span)), span.Length);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Demand<TFrom, TTo>()
    {
        if (typeof(TFrom) != typeof(TTo))
        {
            throw new InvalidOperationException($"{typeof(TFrom)} is not {typeof(TTo)}.");
        }
    }
}
