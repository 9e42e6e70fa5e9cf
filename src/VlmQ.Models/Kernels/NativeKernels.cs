using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace VlmQ.Models.Kernels;

/// <summary>
/// The functions <c>vlmq_*</c> of the native library. Each takes tensor handles and writes its result into the tensor behind an output
/// handle; it returns 0, or 1 for tensors that it is not made for, or −1 with a message in <c>ts_last_error</c>.
/// </summary>
internal sealed class NativeKernels
{
    private readonly nint _library;

    /// <summary>The functions of the native library that TorchSharp uses, or null where it has none of them.</summary>
    internal static NativeKernels? Loaded { get; } = TryLoad();

    private NativeKernels(nint library)
    {
        _library = library;
        Block = Function<BlockFunction>("vlmq_block");
        Attention = Function<AttentionFunction>("vlmq_attention");
        Linear = Function<LinearFunction>("vlmq_linear");
        HalfLinear = Function<LinearFunction>("vlmq_half_linear");
        NextAttention = Function<NextAttentionFunction>("vlmq_next_attention");
        Alias = Function<AliasFunction>("vlmq_alias");
        NormedLinear = Function<NormedLinearFunction>("vlmq_normed_linear");
        LayerNorm = Function<LayerNormFunction>("vlmq_layer_norm");
        Heads = Function<HeadsFunction>("vlmq_heads");
        TokenStatistics = Function<TokenStatisticsFunction>("vlmq_token_statistics");
        StateValue = Function<StateValueFunction>("vlmq_state_value");
        MoveAverage = Function<MoveAverageFunction>("vlmq_move_average");
        CopyToCuda = Function<CopyFunction>("vlmq_copy_to_cuda");
        LastError = Function<LastErrorFunction>("ts_last_error");
    }

    internal delegate int BlockFunction(nint[] inputs, long heads, long tail, int round, nint result);

    internal delegate int AttentionFunction(nint queries, nint keys, nint values, long[] prefixes, nint result);

    internal delegate int LinearFunction(nint input, nint weight, nint bias, int round, nint result);

    internal delegate int NextAttentionFunction(
        nint projected,
        nint cosines,
        nint sines,
        nint keys,
        nint values,
        long[] first,
        long filled,
        nint result
    );

    internal delegate int AliasFunction(nint tensor, nint data, nint release, nint context);

    internal delegate int NormedLinearFunction(nint input, nint weight, nint bias, double eps, int round, nint result);

    internal delegate int LayerNormFunction(nint input, nint weight, nint bias, double eps, nint result);

    internal delegate int HeadsFunction(nint input, nint[] parameters, long count, int round, nint result);

    internal delegate int TokenStatisticsFunction(nint logits, nint actions, nint online, nint target, double minimum, nint[] results);

    internal delegate int StateValueFunction(nint logits, nint target, double minimum, nint result);

    internal delegate int MoveAverageFunction(nint[] targets, nint[] sources, long count, double rate);

    internal delegate int CopyFunction(nint source, long index, nint result);

    internal delegate nint LastErrorFunction();

    internal BlockFunction Block { get; }

    internal AttentionFunction Attention { get; }

    internal LinearFunction Linear { get; }

    internal LinearFunction HalfLinear { get; }

    internal NextAttentionFunction NextAttention { get; }

    internal AliasFunction Alias { get; }

    internal NormedLinearFunction NormedLinear { get; }

    internal LayerNormFunction LayerNorm { get; }

    internal HeadsFunction Heads { get; }

    internal TokenStatisticsFunction TokenStatistics { get; }

    internal StateValueFunction StateValue { get; }

    internal MoveAverageFunction MoveAverage { get; }

    internal CopyFunction CopyToCuda { get; }

    private LastErrorFunction LastError { get; }

    private static NativeKernels? TryLoad()
    {
        empty(0).Dispose(); // TorchSharp finds and loads its native library at its first call.
        return
            NativeLibrary.TryLoad("LibTorchSharp", typeof(Tensor).Assembly, null, out nint library)
            && NativeLibrary.TryGetExport(library, "vlmq_block", out _)
            ? new NativeKernels(library)
            : null;
    }

    /// <summary>Whether the call did it; throws libtorch's message as TorchSharp does.</summary>
    internal bool Done(int status) => status >= 0 ? status == 0 : throw new ExternalException(Marshal.PtrToStringUTF8(LastError()));

    private TFunction Function<TFunction>(string name)
        where TFunction : Delegate => Marshal.GetDelegateForFunctionPointer<TFunction>(NativeLibrary.GetExport(_library, name));
}
