using VlmQ.Models.Safetensors;

namespace VlmQ.Models.Families;

/// <summary>A tensor of a model as a checkpoint holds it.</summary>
/// <param name="Spec">What the model needs.</param>
/// <param name="Entry">What the checkpoint holds, under its own name.</param>
/// <param name="Transposed">Whether it lies the other way round there.</param>
public sealed record StoredTensor(TensorSpec Spec, SafetensorsEntry Entry, bool Transposed);
