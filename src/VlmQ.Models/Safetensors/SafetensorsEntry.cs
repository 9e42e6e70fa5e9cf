using System.Collections.Immutable;

namespace VlmQ.Models.Safetensors;

/// <summary>One tensor's place in a file.</summary>
/// <param name="Name">Its name, unique in the file.</param>
/// <param name="Dtype">Its element type.</param>
/// <param name="Shape">Its shape; empty for a scalar.</param>
/// <param name="Begin">First byte, from the start of the data buffer.</param>
/// <param name="End">One past the last byte.</param>
public sealed record SafetensorsEntry(string Name, SafetensorsDtype Dtype, ImmutableArray<long> Shape, long Begin, long End)
{
    /// <summary>Bytes of the tensor.</summary>
    public long Bytes => End - Begin;
}
