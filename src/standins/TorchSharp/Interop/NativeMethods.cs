using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TorchSharp;

/// <summary>The C entry points of the shim (<c>native/</c>), one to one, and their errors.</summary>
internal static unsafe partial class NativeMethods
{
    private const string Library = "LibTorchSharp";

    // libgomp and OpenBLAS read these once, when they are loaded, and the first call below loads them: idle workers are to sleep rather
    // than spin, since data stages share the cores. What the user has set stays.
    static NativeMethods()
    {
        SetEnvironment("OMP_WAIT_POLICY", "PASSIVE", 0);
        SetEnvironment("GOMP_SPINCOUNT", "0", 0);
        SetEnvironment("OPENBLAS_THREAD_TIMEOUT", "16", 0);
        if (Marshal.PtrToStringUTF8(ts_blas()) == "reference")
        {
            Console.Error.WriteLine(
                "TorchSharp: libtorch runs on the reference BLAS, some thirty times slower than OpenBLAS; install libopenblas0-pthread."
            );
        }
    }

    // .NET's own SetEnvironmentVariable changes a managed copy that native code never sees.
    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);

    /// <summary>The handle itself, or the native error where there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static nint Checked(nint handle)
    {
        if (handle == 0)
        {
            Throw();
        }

        return handle;
    }

    /// <summary>The status itself, or the native error where it is negative.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Checked(int status)
    {
        if (status < 0)
        {
            Throw();
        }

        return status;
    }

    [DoesNotReturn]
    private static void Throw() => throw new ExternalException(Marshal.PtrToStringUTF8(ts_last_error()));

    [LibraryImport(Library)]
    private static partial nint ts_last_error();

    [LibraryImport(Library)]
    internal static partial nint ts_blas();

    // Handles.
    [LibraryImport(Library)]
    internal static partial void ts_free(nint handle);

    [LibraryImport(Library)]
    internal static partial void ts_free_many(nint* handles, long count);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial long ts_live_count();

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial long ts_peak_count();

    // Operators by schema.
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint ts_operator(string name, string overload);

    [LibraryImport(Library)]
    internal static partial int ts_call(nint op, Argument* arguments, int count, nint* results, int capacity);

    [LibraryImport(Library)]
    internal static partial void ts_overflow(nint* results);

    [LibraryImport(Library)]
    internal static partial nint ts_t(nint op, nint a);

    [LibraryImport(Library)]
    internal static partial nint ts_tt(nint op, nint a, nint b);

    [LibraryImport(Library)]
    internal static partial nint ts_ttt(nint op, nint a, nint b, nint c);

    [LibraryImport(Library)]
    internal static partial nint ts_tts(nint op, nint a, nint b, Argument* s);

    [LibraryImport(Library)]
    internal static partial nint ts_ts(nint op, nint a, Argument* s);

    [LibraryImport(Library)]
    internal static partial nint ts_tss(nint op, nint a, Argument* s, Argument* t);

    [LibraryImport(Library)]
    internal static partial nint ts_ti(nint op, nint a, long i);

    [LibraryImport(Library)]
    internal static partial nint ts_tii(nint op, nint a, long i, long j);

    [LibraryImport(Library)]
    internal static partial nint ts_tit(nint op, nint a, long i, nint b);

    [LibraryImport(Library)]
    internal static partial nint ts_tid(nint op, nint a, long i, int dtype);

    [LibraryImport(Library)]
    internal static partial nint ts_td(nint op, nint a, int dtype);

    // What a tensor is. These read a field or two: no transition is worth its cost.
    [LibraryImport(Library), SuppressGCTransition]
    internal static partial long ts_dim(nint t);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial long ts_numel(nint t);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial int ts_dtype(nint t);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial long ts_element_size(nint t);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial int ts_device_type(nint t);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial int ts_device_index(nint t);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial int ts_is_contiguous(nint t);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial long ts_storage_offset(nint t);

    [LibraryImport(Library)]
    internal static partial nint ts_data(nint t);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial void ts_sizes(nint t, long* sizes);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial void ts_strides(nint t, long* strides);

    [LibraryImport(Library)]
    internal static partial int ts_is_pinned(nint t);

    [LibraryImport(Library)]
    internal static partial int ts_item(nint t, double* number, long* integer);

    [LibraryImport(Library)]
    internal static partial int ts_equal(nint a, nint b);

    [LibraryImport(Library)]
    internal static partial int ts_allclose(nint a, nint b, double rtol, double atol, int equal_nan);

    // Made from memory.
    [LibraryImport(Library)]
    internal static partial nint ts_from_data(void* data, long* sizes, long dims, int dtype);

    [LibraryImport(Library)]
    internal static partial nint ts_alias_data(
        void* data,
        long* sizes,
        long dims,
        int dtype,
        delegate* unmanaged<nint, void> release,
        nint context
    );

    // Conversions and views.
    [LibraryImport(Library)]
    internal static partial nint ts_to(nint t, int dtype, int device_type, int device_index, int non_blocking, int copy);

    [LibraryImport(Library)]
    internal static partial int ts_copy_(nint t, nint source, int non_blocking);

    [LibraryImport(Library)]
    internal static partial nint ts_contiguous(nint t);

    [LibraryImport(Library)]
    internal static partial nint ts_same(nint t);

    [LibraryImport(Library)]
    internal static partial nint ts_reshape(nint t, long* sizes, long n);

    [LibraryImport(Library)]
    internal static partial nint ts_view(nint t, long* sizes, long n);

    [LibraryImport(Library)]
    internal static partial nint ts_expand(nint t, long* sizes, long n);

    [LibraryImport(Library)]
    internal static partial nint ts_permute(nint t, long* dims, long n);

    [LibraryImport(Library)]
    internal static partial nint ts_select(nint t, long dim, long index);

    [LibraryImport(Library)]
    internal static partial nint ts_narrow(nint t, long dim, long start, long length);

    [LibraryImport(Library)]
    internal static partial nint ts_slice(nint t, long dim, long start, long stop, long step);

    [LibraryImport(Library)]
    internal static partial nint ts_index(nint t, NativeIndex* values, long count);

    [LibraryImport(Library)]
    internal static partial int ts_index_put_(nint t, NativeIndex* values, long count, nint value);

    [LibraryImport(Library)]
    internal static partial nint ts_cat(nint* tensors, long count, long dim);

    [LibraryImport(Library)]
    internal static partial nint ts_stack(nint* tensors, long count, long dim);

    // Sums and layers.
    [LibraryImport(Library)]
    internal static partial nint ts_sum(nint t, long* dims, long n, int keepdim, int dtype);

    [LibraryImport(Library)]
    internal static partial nint ts_mean(nint t, long* dims, long n, int keepdim, int dtype);

    [LibraryImport(Library)]
    internal static partial nint ts_gather(nint t, long dim, nint index);

    [LibraryImport(Library)]
    internal static partial nint ts_linear(nint input, nint weight, nint bias);

    [LibraryImport(Library)]
    internal static partial nint ts_embedding(nint weight, nint indices, long padding_index, int scale_by_frequency, int sparse);

    [LibraryImport(Library)]
    internal static partial nint ts_layer_norm(nint input, long* shape, long n, nint weight, nint bias, double eps);

    // Autograd.
    [LibraryImport(Library), SuppressGCTransition]
    internal static partial int ts_requires_grad(nint t);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial int ts_is_leaf(nint t);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial int ts_has_grad(nint t);

    [LibraryImport(Library)]
    internal static partial int ts_set_requires_grad(nint t, int value);

    [LibraryImport(Library)]
    internal static partial nint ts_grad(nint t);

    [LibraryImport(Library)]
    internal static partial int ts_set_grad(nint t, nint grad);

    [LibraryImport(Library)]
    internal static partial int ts_zero_grads(nint* tensors, long count, int set_to_none);

    [LibraryImport(Library)]
    internal static partial nint ts_detach(nint t);

    [LibraryImport(Library)]
    internal static partial int ts_detach_(nint t);

    [LibraryImport(Library)]
    internal static partial int ts_retain_grad(nint t);

    [LibraryImport(Library)]
    internal static partial int ts_backward(
        nint* tensors,
        long tensor_count,
        nint* grads,
        long grad_count,
        int retain_graph,
        int create_graph,
        nint* inputs,
        long input_count
    );

    [LibraryImport(Library)]
    internal static partial int ts_gradients(
        nint* outputs,
        long output_count,
        nint* inputs,
        long input_count,
        nint* grads,
        long grad_count,
        int retain_graph,
        int create_graph,
        int allow_unused,
        nint* results
    );

    // Context.
    [LibraryImport(Library), SuppressGCTransition]
    internal static partial int ts_grad_enabled();

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial void ts_set_grad_enabled(int enabled);

    [LibraryImport(Library)]
    internal static partial nint ts_inference_mode_enter(int enabled);

    [LibraryImport(Library)]
    internal static partial void ts_inference_mode_leave(nint guard);

    [LibraryImport(Library)]
    internal static partial nint ts_generator(ulong seed, int device_type, int device_index);

    [LibraryImport(Library)]
    internal static partial nint ts_default_generator();

    [LibraryImport(Library)]
    internal static partial void ts_generator_free(nint generator);

    [LibraryImport(Library)]
    internal static partial int ts_generator_set_seed(nint generator, ulong seed);

    [LibraryImport(Library)]
    internal static partial ulong ts_generator_initial_seed(nint generator);

    [LibraryImport(Library)]
    internal static partial ulong ts_generator_seed(nint generator);

    [LibraryImport(Library)]
    internal static partial nint ts_generator_get_state(nint generator);

    [LibraryImport(Library)]
    internal static partial int ts_generator_set_state(nint generator, nint state);

    [LibraryImport(Library)]
    internal static partial int ts_manual_seed(ulong seed);

    [LibraryImport(Library)]
    internal static partial int ts_set_num_threads(int count);

    [LibraryImport(Library)]
    internal static partial int ts_get_num_threads();

    [LibraryImport(Library)]
    internal static partial int ts_set_num_interop_threads(int count);

    [LibraryImport(Library)]
    internal static partial int ts_get_num_interop_threads();

    [LibraryImport(Library)]
    internal static partial int ts_get_default_dtype();

    [LibraryImport(Library)]
    internal static partial int ts_set_default_dtype(int dtype);

    [LibraryImport(Library)]
    internal static partial int ts_cuda_device_count();

    [LibraryImport(Library)]
    internal static partial int ts_cudnn_is_available();

    [LibraryImport(Library)]
    internal static partial int ts_cuda_synchronize(int index);

    [LibraryImport(Library)]
    internal static partial int ts_cuda_allow_tf32();

    [LibraryImport(Library)]
    internal static partial void ts_cuda_set_allow_tf32(int allow);

    [LibraryImport(Library)]
    internal static partial nint ts_version();

    // Optimizers and files.
    [LibraryImport(Library)]
    internal static partial int ts_adam_step(
        AdamSettings* settings,
        long count,
        nint* parameters,
        nint* means,
        nint* squares,
        nint* maxima,
        long* steps
    );

    [LibraryImport(Library)]
    internal static partial int ts_sgd_step(
        double lr,
        double momentum,
        double dampening,
        double weight_decay,
        int nesterov,
        int maximize,
        long count,
        nint* parameters,
        nint* momenta
    );

    [LibraryImport(Library)]
    internal static partial int ts_clip_grad_norm(nint* parameters, long count, double max_norm, double p, double* norm);

    [LibraryImport(Library)]
    internal static partial int ts_clip_grad_value(nint* parameters, long count, double limit);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int ts_save(nint tensor, string path);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint ts_load(string path);
}
