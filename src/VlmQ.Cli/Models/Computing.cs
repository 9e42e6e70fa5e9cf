using TorchSharp;
using VlmQ.Core.Episodes;
using VlmQ.Models.Devices;

namespace VlmQ.Cli.Models;

/// <summary>Where models are computed, and by how many threads on the processor.</summary>
/// <param name="Threads">Threads of tensor arithmetic.</param>
/// <param name="Device">The device's name: <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</param>
internal sealed record Computing(int Threads = 1, string Device = "cpu")
{
    /// <summary>Sets the process's threads and gives the device.</summary>
    public Result<torch.Device> Begin()
    {
        torch.set_num_threads(Threads);
        return ComputeDevice.Of(Device);
    }
}
