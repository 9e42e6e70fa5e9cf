using System.Globalization;
using TorchSharp;
using VlmQ.Core.Episodes;
using static TorchSharp.torch;

namespace VlmQ.Models.Devices;

/// <summary>The device that a model is computed on, by the name that a user gives it.</summary>
public static class ComputeDevice
{
    private const string Cuda = "cuda";

    /// <summary>What is wrong with a name; null where there is such a device.</summary>
    /// <param name="name">The name.</param>
    public static Fault? Refusal(string name) => Of(name) is Result<Device>.Failed refused ? refused.Fault : null;

    /// <summary>The device of a name: <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>, N from 0.</summary>
    /// <param name="name">The name.</param>
    /// <param name="where">Where the name was given, for the fault.</param>
    public static Result<Device> Of(string name, string where = "--device")
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name == "cpu")
        {
            return CPU;
        }
        string number = name.StartsWith(Cuda + ":", StringComparison.Ordinal) ? name[(Cuda.Length + 1)..] : "0";
        bool isCuda = name == Cuda || name.StartsWith(Cuda + ":", StringComparison.Ordinal);
        if (!isCuda || !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int index))
        {
            return Fault.Configuration($"'{name}' names no device", where, "cpu, cuda and cuda:N do");
        }
        if (!cuda.is_available())
        {
            return Fault.External(
                $"'{name}' cannot be used: this libtorch has no CUDA, or the machine has no CUDA device",
                where,
                "build with LIBTORCH naming a CUDA libtorch on a machine that has such a device, or use cpu"
            );
        }
        int count = cuda.device_count();
        return index < count
            ? new Device(DeviceType.CUDA, index)
            : Fault.External($"there is no '{name}', but {count} CUDA devices from cuda:0 on", where);
    }
}
