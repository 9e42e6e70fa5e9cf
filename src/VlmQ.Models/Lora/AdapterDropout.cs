using System.Buffers;
using VlmQ.Core.Randomness;
using static TorchSharp.torch;

namespace VlmQ.Models.Lora;

/// <summary>
/// Which inputs of adapters a step leaves out: a pure function of the step's key, the layer, the row and the column, so that a step can
/// be replayed, a layer computed again for its gradient, and rows computed in pieces, on any device.
/// </summary>
/// <param name="Key">The step's key.</param>
/// <param name="FirstRow">The number of the first row of what the layers are given.</param>
public readonly record struct AdapterDropout(RandomKey Key, long FirstRow = 0)
{
    private const int DecisionsPerBlock = 8; // 128 random bits, 16 a decision
    private const int Levels = 1 << 16;

    /// <summary>Factors for a layer's input: 0 for what is left out, else the reciprocal of the share that stays.</summary>
    /// <param name="module">The layer.</param>
    /// <param name="input"><c>[…, in]</c>; its last dimension counts columns, all others rows.</param>
    /// <param name="dropout">The share that is left out, rounded to a 65,536th.</param>
    /// <returns>Of the input's shape, type and device.</returns>
    public Tensor Factors(string module, Tensor input, double dropout)
    {
        ArgumentNullException.ThrowIfNull(input);
        int columns = checked((int)input.shape[^1]);
        int rows = checked((int)(input.numel() / Math.Max(1, columns)));
        int threshold = (int)Math.Round(dropout * Levels);
        float kept = threshold < Levels ? (float)Levels / (Levels - threshold) : 0;
        float[] factors = ArrayPool<float>.Shared.Rent(rows * columns);
        try
        {
            ulong key = Key.Split(module).Value;
            for (int row = 0; row < rows; row++)
            {
                Fill(factors.AsSpan(row * columns, columns), key, (ulong)(FirstRow + row), threshold, kept);
            }
            using Tensor onHost = tensor(factors.AsMemory(0, rows * columns), input.shape);
            return onHost.to(input.dtype, input.device, copy: true);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(factors);
        }
    }

    private static void Fill(Span<float> row, ulong key, ulong number, int threshold, float kept)
    {
        ulong block = 0;
        for (int start = 0; start < row.Length; start += DecisionsPerBlock, block++)
        {
            (ulong low, ulong high) = Philox.Block(key, block, number);
            int length = Math.Min(DecisionsPerBlock, row.Length - start);
            for (int i = 0; i < length; i++)
            {
                ulong bits = i < 4 ? low >> (16 * i) : high >> (16 * (i - 4));
                row[start + i] = (int)(bits & (Levels - 1)) < threshold ? 0 : kept;
            }
        }
    }
}
