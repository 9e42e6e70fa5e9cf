namespace TorchSharp;

/// <summary>What one thread made and disposed.</summary>
public sealed class ThreadDisposeScopeStatistics
{
    /// <summary>Counts of tensors.</summary>
    public LifetimeStatistics TensorStatistics { get; } = new();

    /// <summary>Sets every count to zero.</summary>
    public void Reset() => TensorStatistics.Reset();
}
