using System.Runtime.InteropServices;

namespace TorchSharp;

/// <summary>
/// One argument of a boxed operator call, as <c>native/dispatch.cpp</c> reads it. It holds no managed reference: whoever makes one
/// from a tensor or a pointer keeps that alive through the call.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
internal readonly unsafe struct Argument
{
    [FieldOffset(0)]
    private readonly Kinds _kind;

    [FieldOffset(4)]
    private readonly int _length;

    [FieldOffset(8)]
    private readonly long _integer;

    [FieldOffset(8)]
    private readonly double _number;

    [FieldOffset(8)]
    private readonly nint _pointer;

    private Argument(Kinds kind, long integer, int length = 0)
    {
        _kind = kind;
        _length = length;
        _integer = integer;
    }

    private Argument(double number)
    {
        _kind = Kinds.Double;
        _number = number;
    }

    private Argument(Kinds kind, nint pointer, int length)
    {
        _kind = kind;
        _pointer = pointer;
        _length = length;
    }

    private enum Kinds
    {
        None = 0,
        Tensor = 1,
        Int = 2,
        Double = 3,
        Bool = 4,
        Ints = 5,
        Tensors = 6,
        OptionalTensors = 7,
        String = 8,
        Device = 9,
        Generator = 10,
        Doubles = 11,
        Default = 12,
    }

    /// <summary>The schema's <c>None</c>.</summary>
    public static Argument None => default;

    /// <summary>Whatever the schema has for the argument.</summary>
    public static Argument Default => new(Kinds.Default, 0L);

    public static implicit operator Argument(torch.Tensor? tensor) => tensor is null ? None : new(Kinds.Tensor, tensor.Handle, 0);

    public static implicit operator Argument(long value) => new(Kinds.Int, value);

    public static implicit operator Argument(int value) => new(Kinds.Int, value);

    public static implicit operator Argument(double value) => new(value);

    public static implicit operator Argument(bool value) => new(Kinds.Bool, value ? 1L : 0L);

    public static implicit operator Argument(long? value) => value is { } given ? given : None;

    public static implicit operator Argument(torch.ScalarType value) => new(Kinds.Int, (long)value);

    public static implicit operator Argument(torch.ScalarType? value) => value is { } given ? given : None;

    public static implicit operator Argument(torch.Device? value) => value is null ? None : new(Kinds.Device, value.index, (int)value.type);

    public static implicit operator Argument(torch.Generator? value) => value is null ? None : new(Kinds.Generator, value.Handle, 0);

    public static implicit operator Argument(Scalar? value) => value is null ? None : value.Argument;

    public static Argument Ints(long* values, int count) => new(Kinds.Ints, (nint)values, count);

    public static Argument Doubles(double* values, int count) => new(Kinds.Doubles, (nint)values, count);

    public static Argument Tensors(nint* handles, int count) => new(Kinds.Tensors, (nint)handles, count);

    public static Argument Text(byte* utf8, int count) => new(Kinds.String, (nint)utf8, count);
}
