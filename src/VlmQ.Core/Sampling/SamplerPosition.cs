namespace VlmQ.Core.Sampling;

/// <summary>
/// A place in the endless order of a <see cref="WindowSampler"/>, from which it can go on. It is one for all ranks: whatever the world
/// was that came to it, and whatever the world is that goes on from it, every window before it was taken and none after it.
/// </summary>
/// <param name="Epoch">Passes that came before, from 0.</param>
/// <param name="Window">Windows of the block that came before, from 0; past the block's end they count on in the blocks after it.</param>
/// <param name="Block">Blocks of this pass that came before, from 0.</param>
public readonly record struct SamplerPosition(int Epoch, long Window, int Block = 0)
{
    /// <summary>The beginning.</summary>
    public static SamplerPosition Start => default;
}
