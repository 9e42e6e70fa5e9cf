namespace TorchSharp;

/// <summary>One number and its type, as an operator's argument.</summary>
public sealed class Scalar : IDisposable
{
    private readonly double _number;
    private readonly long _integer;

    private Scalar(double number, torch.ScalarType type)
    {
        _number = number;
        _integer = 0;
        Type = type;
    }

    private Scalar(long integer, torch.ScalarType type)
    {
        _integer = integer;
        Type = type;
    }

    public torch.ScalarType Type { get; }

    internal bool IsFloating => Type is torch.ScalarType.Float16 or torch.ScalarType.Float32 or torch.ScalarType.Float64;

    internal Argument Argument =>
        IsFloating ? _number
        : Type == torch.ScalarType.Bool ? _integer != 0
        : (Argument)_integer;

    internal double AsDouble => IsFloating ? _number : _integer;

    internal long AsInt64 => IsFloating ? (long)_number : _integer;

    public static implicit operator Scalar(byte value) => new((long)value, torch.ScalarType.Byte);

    public static implicit operator Scalar(sbyte value) => new((long)value, torch.ScalarType.Int8);

    public static implicit operator Scalar(short value) => new((long)value, torch.ScalarType.Int16);

    public static implicit operator Scalar(int value) => new((long)value, torch.ScalarType.Int32);

    public static implicit operator Scalar(long value) => new(value, torch.ScalarType.Int64);

    public static implicit operator Scalar(Half value) => new((double)value, torch.ScalarType.Float16);

    public static implicit operator Scalar(float value) => new((double)value, torch.ScalarType.Float32);

    public static implicit operator Scalar(double value) => new(value, torch.ScalarType.Float64);

    public static implicit operator Scalar(bool value) => new(value ? 1L : 0L, torch.ScalarType.Bool);

    /// <summary>Nothing to do: the number is held here.</summary>
    public void Dispose() { }
}
