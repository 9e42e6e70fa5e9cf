namespace VlmQ.Core.Sampling;

/// <summary>A place in the endless order of a <see cref="WindowSampler"/>, from which it can go on.</summary>
/// <param name="Epoch">Passes that came before, from 0.</param>
/// <param name="Window">Windows of this pass that came before, from 0.</param>
public readonly record struct SamplerPosition(int Epoch, long Window)
{
    /// <summary>The beginning.</summary>
    public static SamplerPosition Start => default;
}
