using System.Runtime.InteropServices;

namespace TorchSharp;

/// <summary>Tensors and the functions on them.</summary>
public static partial class torch
{
    // Set by set_default_device; null is main memory.
    private static volatile Device? s_defaultDevice;

    public static Device CPU { get; } = new(DeviceType.CPU);

    public static Device CUDA { get; } = new(DeviceType.CUDA);

    public static Device META { get; } = new(DeviceType.META);

    /// <summary>The version of libtorch that the shim was built against.</summary>
    public static string __version__ => Marshal.PtrToStringUTF8(NativeMethods.ts_version()) ?? string.Empty;

    /// <summary>The innermost open dispose scope of this thread.</summary>
    public static DisposeScope? CurrentDisposeScope => DisposeScopeManager.Innermost;

    internal static Device? DefaultDevice => s_defaultDevice;

    public static Device device(string description) => new(description);

    public static Device device(string deviceType, int index = -1) => new(deviceType, index);

    public static Device device(DeviceType deviceType, int index = -1) => new(deviceType, index);

    public static Device device(int index) => new(index);

    /// <summary>Opens a scope that disposes what this thread makes until it ends.</summary>
    public static DisposeScope NewDisposeScope() => new();

    public static IDisposable no_grad() => new GradientMode(false);

    public static IDisposable enable_grad(bool enabled = true) => new GradientMode(enabled);

    public static IDisposable set_grad_enabled(bool mode = true) => new GradientMode(mode);

    public static IDisposable inference_mode(bool mode = true) => new InferenceMode(mode);

    public static bool is_grad_enabled() => NativeMethods.ts_grad_enabled() != 0;

    /// <summary>Seeds the global generators of all devices.</summary>
    public static Generator manual_seed(long seed)
    {
        NativeMethods.Checked(NativeMethods.ts_manual_seed(unchecked((ulong)seed)));
        return Generator.Default;
    }

    /// <summary>Seeds the global generators from the machine's entropy and says with what.</summary>
    public static long seed()
    {
        var seed = Generator.Default.seed();
        manual_seed(seed);
        return seed;
    }

    public static Tensor get_rng_state() => Generator.Default.get_state();

    public static void set_rng_state(Tensor new_state) => Generator.Default.set_state(new_state);

    /// <summary>Sets how many threads one operation may use, in libtorch and in OpenBLAS.</summary>
    public static void set_num_threads(int num) => NativeMethods.Checked(NativeMethods.ts_set_num_threads(num));

    public static int get_num_threads() => NativeMethods.ts_get_num_threads();

    public static void set_num_interop_threads(int num) => NativeMethods.Checked(NativeMethods.ts_set_num_interop_threads(num));

    public static int get_num_interop_threads() => NativeMethods.ts_get_num_interop_threads();

    public static void set_default_dtype(ScalarType dtype) => NativeMethods.Checked(NativeMethods.ts_set_default_dtype((int)dtype));

    public static ScalarType get_default_dtype() => (ScalarType)NativeMethods.ts_get_default_dtype();

    public static void set_default_device(Device device) => s_defaultDevice = device.type == DeviceType.CPU ? null : device;

    public static void set_default_device(string device) => set_default_device(new Device(device));

    /// <exception cref="InvalidOperationException">This libtorch or this machine has no such device.</exception>
    public static void InitializeDeviceType(DeviceType deviceType)
    {
        if (!TryInitializeDeviceType(deviceType))
        {
            throw new InvalidOperationException($"This libtorch, or this machine, has no {deviceType}.");
        }
    }

    public static bool TryInitializeDeviceType(DeviceType deviceType) =>
        deviceType switch
        {
            DeviceType.CPU => true,
            DeviceType.CUDA => cuda.is_available(),
            _ => false,
        };

    /// <summary>The global generator.</summary>
    public static class random
    {
        public static Generator manual_seed(long seed) => torch.manual_seed(seed);

        public static long seed() => torch.seed();

        public static Tensor get_rng_state() => torch.get_rng_state();

        public static void set_rng_state(Tensor new_state) => torch.set_rng_state(new_state);
    }

    /// <summary>CUDA devices; without any, nothing but the probes works.</summary>
    public static class cuda
    {
        public static bool is_available() => device_count() > 0;

        public static int device_count() => NativeMethods.ts_cuda_device_count();

        public static bool is_cudnn_available() => NativeMethods.ts_cudnn_is_available() != 0;

        public static void synchronize(Device? device = null) =>
            NativeMethods.Checked(NativeMethods.ts_cuda_synchronize(device?.index ?? -1));

        public static Generator manual_seed(long seed) => torch.manual_seed(seed);

        public static Generator manual_seed_all(long seed) => torch.manual_seed(seed);
    }

    /// <summary>Switches of the libraries below.</summary>
    public static class backends
    {
        public static class cuda
        {
            public static class matmul
            {
                public static bool allow_tf32
                {
                    get => NativeMethods.ts_cuda_allow_tf32() != 0;
                    set => NativeMethods.ts_cuda_set_allow_tf32(value ? 1 : 0);
                }
            }
        }
    }

    // Restores what was before when it is disposed.
    private sealed class GradientMode : IDisposable
    {
        private readonly int _before = NativeMethods.ts_grad_enabled();

        public GradientMode(bool enabled) => NativeMethods.ts_set_grad_enabled(enabled ? 1 : 0);

        public void Dispose() => NativeMethods.ts_set_grad_enabled(_before);
    }

    private sealed class InferenceMode(bool enabled) : IDisposable
    {
        private nint _guard = NativeMethods.ts_inference_mode_enter(enabled ? 1 : 0);

        public void Dispose()
        {
            var guard = Interlocked.Exchange(ref _guard, 0);
            if (guard != 0)
            {
                NativeMethods.ts_inference_mode_leave(guard);
            }
        }
    }
}
