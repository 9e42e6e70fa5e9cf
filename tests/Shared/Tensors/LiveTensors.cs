using static TorchSharp.torch;

namespace VlmQ.Tests.Shared.Tensors;

/// <summary>Tests that count live tensors, or measure the memory of the process, run alone: others would change it.</summary>
[CollectionDefinition(nameof(LiveTensors), DisableParallelization = true)]
public sealed class LiveTensors
{
    /// <summary>Live tensors once everything that nobody holds has been collected.</summary>
    public static long Count()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Tensor.TotalCount;
    }
}
