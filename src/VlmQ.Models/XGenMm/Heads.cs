using static TorchSharp.torch;

namespace VlmQ.Models.XGenMm;

/// <summary>Heads of attention, which lie side by side in what a linear layer puts out.</summary>
internal static class Heads
{
    /// <summary><c>[rows, n, heads·width]</c> → <c>[rows, heads, n, width]</c>.</summary>
    public static Tensor Split(Tensor joined, int heads) => joined.view(joined.shape[0], joined.shape[1], heads, -1).transpose(1, 2);
}
