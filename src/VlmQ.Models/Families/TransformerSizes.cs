namespace VlmQ.Models.Families;

/// <summary>The sizes of a stack of equal transformer layers.</summary>
/// <param name="Layers">How many.</param>
/// <param name="Width">Width of the hidden states.</param>
/// <param name="Heads">Heads of queries.</param>
/// <param name="InnerWidth">Inner width of a layer's perceptron.</param>
public sealed record TransformerSizes(int Layers, int Width, int Heads, int InnerWidth)
{
    /// <summary>Heads of keys and values; a divisor of <see cref="Heads"/>.</summary>
    public int KeyValueHeads { get; init; } = Heads;

    /// <summary>Width of one head.</summary>
    public int HeadWidth => Width / Heads;

    /// <summary>Outputs of the fused projection to queries, keys and values.</summary>
    public int QkvWidth => (Heads + (2 * KeyValueHeads)) * HeadWidth;
}
