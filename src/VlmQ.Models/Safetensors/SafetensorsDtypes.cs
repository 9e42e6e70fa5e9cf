using static TorchSharp.torch;

namespace VlmQ.Models.Safetensors;

/// <summary>Sizes of the element types, and which of them a tensor can hold.</summary>
public static class SafetensorsDtypes
{
    /// <summary>Bits of one element.</summary>
    public static int Bits(this SafetensorsDtype dtype) =>
        dtype switch
        {
            SafetensorsDtype.F4 => 4,
            SafetensorsDtype.F6_E2M3 or SafetensorsDtype.F6_E3M2 => 6,
            SafetensorsDtype.BOOL or SafetensorsDtype.U8 or SafetensorsDtype.I8 => 8,
            SafetensorsDtype.F8_E5M2 or SafetensorsDtype.F8_E4M3 or SafetensorsDtype.F8_E8M0 => 8,
            SafetensorsDtype.I16 or SafetensorsDtype.U16 or SafetensorsDtype.F16 or SafetensorsDtype.BF16 => 16,
            SafetensorsDtype.I32 or SafetensorsDtype.U32 or SafetensorsDtype.F32 => 32,
            SafetensorsDtype.C64 or SafetensorsDtype.I64 or SafetensorsDtype.U64 or SafetensorsDtype.F64 => 64,
            _ => throw new ArgumentOutOfRangeException(nameof(dtype)),
        };

    /// <summary>The tensor type with the same bits; null where there is none.</summary>
    public static ScalarType? ToScalarType(this SafetensorsDtype dtype) =>
        dtype switch
        {
            SafetensorsDtype.BOOL => ScalarType.Bool,
            SafetensorsDtype.U8 => ScalarType.Byte,
            SafetensorsDtype.I8 => ScalarType.Int8,
            SafetensorsDtype.I16 => ScalarType.Int16,
            SafetensorsDtype.F16 => ScalarType.Float16,
            SafetensorsDtype.BF16 => ScalarType.BFloat16,
            SafetensorsDtype.I32 => ScalarType.Int32,
            SafetensorsDtype.F32 => ScalarType.Float32,
            SafetensorsDtype.I64 => ScalarType.Int64,
            SafetensorsDtype.F64 => ScalarType.Float64,
            _ => null,
        };

    /// <summary>The file's name of a tensor type.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The format has no such type.</exception>
    public static SafetensorsDtype ToSafetensors(this ScalarType type) =>
        type switch
        {
            ScalarType.Bool => SafetensorsDtype.BOOL,
            ScalarType.Byte => SafetensorsDtype.U8,
            ScalarType.Int8 => SafetensorsDtype.I8,
            ScalarType.Int16 => SafetensorsDtype.I16,
            ScalarType.Float16 => SafetensorsDtype.F16,
            ScalarType.BFloat16 => SafetensorsDtype.BF16,
            ScalarType.Int32 => SafetensorsDtype.I32,
            ScalarType.Float32 => SafetensorsDtype.F32,
            ScalarType.Int64 => SafetensorsDtype.I64,
            ScalarType.Float64 => SafetensorsDtype.F64,
            _ => throw new ArgumentOutOfRangeException(nameof(type), $"Safetensors files do not hold {type}."),
        };
}
