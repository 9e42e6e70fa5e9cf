using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace TorchSharp.Tests;

public sealed class ProcessTests
{
    [Fact]
    public void Idle_workers_are_told_to_sleep_before_libtorch_is_loaded()
    {
        using var loaded = ones(1);
        Assert.Equal("PASSIVE", Marshal.PtrToStringUTF8(getenv("OMP_WAIT_POLICY")));
        Assert.NotEqual(0, getenv("OPENBLAS_THREAD_TIMEOUT"));
    }

    [Fact]
    public void Thread_counts_and_defaults_are_the_process_own()
    {
        var before = get_num_threads();
        set_num_threads(1);
        Assert.Equal(1, get_num_threads());
        set_num_threads(before);

        Assert.Equal(ScalarType.Float32, get_default_dtype());
        set_default_dtype(ScalarType.Float64);
        using (var wide = ones(1))
        {
            Assert.Equal(ScalarType.Float64, wide.dtype);
        }

        set_default_dtype(ScalarType.Float32);
        Assert.Matches(@"^\d+\.\d+", __version__);
    }

    [Fact]
    public void A_tensor_can_be_read_by_people()
    {
        using var t = tensor([1f, 2.5f, 3, 4], [2, 2]);
        Assert.Equal("[2x2], type = Float32, device = cpu", t.ToString());
        Assert.Equal("[[1, 2.5],\n[3, 4]]", t.str());
        Assert.Contains("2.5", t.ToString(TensorStringStyle.Numpy), StringComparison.Ordinal);
        Assert.Equal("cuda:1", new Device("cuda", 1).ToString());
        Assert.Equal(new Device("cuda:1"), new Device(1));
        Assert.Throws<ArgumentException>(() => new Device("gpu"));
    }

    [DllImport("libc", CharSet = CharSet.Ansi)]
    private static extern nint getenv([MarshalAs(UnmanagedType.LPUTF8Str)] string name);
}
