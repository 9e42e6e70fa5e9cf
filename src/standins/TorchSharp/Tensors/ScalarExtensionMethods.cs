namespace TorchSharp;

/// <summary>Conversions of a scalar to numbers.</summary>
public static class ScalarExtensionMethods
{
    public static float ToSingle(this Scalar value) => (float)value.AsDouble;

    public static double ToDouble(this Scalar value) => value.AsDouble;

    public static Half ToHalf(this Scalar value) => (Half)value.AsDouble;

    public static byte ToByte(this Scalar value) => (byte)value.AsInt64;

    public static sbyte ToSByte(this Scalar value) => (sbyte)value.AsInt64;

    public static short ToInt16(this Scalar value) => (short)value.AsInt64;

    public static int ToInt32(this Scalar value) => (int)value.AsInt64;

    public static long ToInt64(this Scalar value) => value.AsInt64;

    public static bool ToBoolean(this Scalar value) => value.AsDouble != 0;
}
