namespace VlmQ.Benchmarks.Parquet;

/// <summary>What <see cref="SampleTable"/> is read into.</summary>
internal sealed class TableBuffers(int rows, int tokens, int rewards)
{
    public int[] Ids { get; } = new int[rows];

    public int[] Tokens { get; } = new int[tokens];

    public float[] Rewards { get; } = new float[rewards];

    public ReadOnlyMemory<byte>[] Images { get; } = new ReadOnlyMemory<byte>[rows];

    public int[] Definitions { get; } = new int[Math.Max(tokens, rewards)];

    public int[] Repetitions { get; } = new int[Math.Max(tokens, rewards)];
}
