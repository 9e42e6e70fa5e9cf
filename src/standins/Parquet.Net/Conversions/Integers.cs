namespace Parquet.Conversions;

/// <summary>Integers that a file stores as 32 or 64 bits, signed: narrow ones extended, unsigned ones with the same bits.</summary>
internal static class Integers
{
    /// <summary>The conversion for a column's type; null where it is stored as it is.</summary>
    public static ValueConversion? For(Type type) => ByType.GetValueOrDefault(type);

    private static readonly Dictionary<Type, ValueConversion> ByType = new()
    {
        [typeof(sbyte)] = new ValueConversion<int, sbyte>(value => unchecked((sbyte)value), value => value),
        [typeof(byte)] = new ValueConversion<int, byte>(value => unchecked((byte)value), value => value),
        [typeof(short)] = new ValueConversion<int, short>(value => unchecked((short)value), value => value),
        [typeof(ushort)] = new ValueConversion<int, ushort>(value => unchecked((ushort)value), value => value),
        [typeof(uint)] = new ValueConversion<int, uint>(value => unchecked((uint)value), value => unchecked((int)value)),
        [typeof(ulong)] = new ValueConversion<long, ulong>(value => unchecked((ulong)value), value => unchecked((long)value)),
    };
}
