namespace TorchSharp;

public static partial class torch
{
    /// <summary>How a division is rounded.</summary>
    public enum RoundingMode
    {
        None,
        trunc,
        floor,
    }
}
