namespace VlmQ.Models.Safetensors;

/// <summary>The element types that a safetensors file may name; the members are spelled as in the file.</summary>
public enum SafetensorsDtype
{
    /// <summary>One byte, 0 or 1.</summary>
    BOOL,

    /// <summary>4-bit float, two to a byte.</summary>
    F4,

    /// <summary>6-bit float, 2 exponent bits.</summary>
    F6_E2M3,

    /// <summary>6-bit float, 3 exponent bits.</summary>
    F6_E3M2,

    /// <summary>Unsigned byte.</summary>
    U8,

    /// <summary>Signed byte.</summary>
    I8,

    /// <summary>8-bit float, 5 exponent bits.</summary>
    F8_E5M2,

    /// <summary>8-bit float, 4 exponent bits.</summary>
    F8_E4M3,

    /// <summary>8-bit exponent alone.</summary>
    F8_E8M0,

    /// <summary>Signed 16 bits.</summary>
    I16,

    /// <summary>Unsigned 16 bits.</summary>
    U16,

    /// <summary>IEEE half precision.</summary>
    F16,

    /// <summary>The high half of an IEEE single.</summary>
    BF16,

    /// <summary>Signed 32 bits.</summary>
    I32,

    /// <summary>Unsigned 32 bits.</summary>
    U32,

    /// <summary>IEEE single precision.</summary>
    F32,

    /// <summary>Two IEEE singles.</summary>
    C64,

    /// <summary>Signed 64 bits.</summary>
    I64,

    /// <summary>Unsigned 64 bits.</summary>
    U64,

    /// <summary>IEEE double precision.</summary>
    F64,
}
