using TorchSharp;
using VlmQ.Core.Episodes;
using VlmQ.Models.Devices;
using VlmQ.Models.Kernels;
using static TorchSharp.torch;

namespace VlmQ.Models.Tests.Devices;

public sealed class ComputeDeviceTests
{
    [Fact]
    public void The_processor_is_always_there() => Assert.Equal(DeviceType.CPU, ComputeDevice.Of("cpu").OrThrow().type);

    [Theory]
    [InlineData("cuda")]
    [InlineData("cuda:0")]
    public void Cuda_is_there_or_refused_with_what_would_help(string name)
    {
        Result<Device> found = ComputeDevice.Of(name);
        if (cuda.is_available())
        {
            Assert.Equal((DeviceType.CUDA, 0), (found.OrThrow().type, found.OrThrow().index));
            return;
        }
        Fault fault = Assert.IsType<Result<Device>.Failed>(found).Fault;
        Assert.Equal(FaultKind.External, fault.Kind);
        Assert.Equal(
            $"--device: '{name}' cannot be used: this libtorch has no CUDA, or the machine has no CUDA device;"
                + " build with LIBTORCH naming a CUDA libtorch on a machine that has such a device, or use cpu",
            fault.ToString()
        );
    }

    [Theory]
    [InlineData("gpu")]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    [InlineData("cuda0")]
    [InlineData("")]
    public void What_names_no_device_is_refused(string name)
    {
        Fault fault = Assert.IsType<Result<Device>.Failed>(ComputeDevice.Of(name)).Fault;
        Assert.Equal(FaultKind.Configuration, fault.Kind);
        Assert.Equal($"--device: '{name}' names no device; cpu, cuda and cuda:N do", fault.ToString());
    }

    [Fact]
    public void What_lies_in_main_memory_already_keeps_its_data()
    {
        using Tensor copied = HostCopy.To(tensor(new[] { 1f, 2, 3 }), CPU);

        Assert.Equal([1f, 2, 3], copied.data<float>().ToArray());
    }

    [Fact]
    public void Without_CUDA_the_native_copy_says_that_it_is_not_for_this()
    {
        using Tensor source = ones(3);
        using Tensor result = empty(0);

        int? status = NativeKernels.Loaded?.CopyToCuda(source.Handle, -1, result.Handle);

        Assert.True(status is null || status == (cuda.is_available() ? 0 : 1), $"{status}");
    }
}
