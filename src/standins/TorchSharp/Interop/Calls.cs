using System.Runtime.CompilerServices;

namespace TorchSharp;

/// <summary>
/// Operator calls on tensors. The handles of managed tensors are read first and the tensors kept alive to the end of the native call: one
/// that no scope owns could otherwise be finalized under it.
/// </summary>
internal static unsafe class Calls
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static torch.Tensor Unary(nint op, torch.Tensor a) => torch.Tensor.Wrap(NativeMethods.ts_t(op, a.Handle), a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static torch.Tensor Binary(nint op, torch.Tensor a, torch.Tensor b) =>
        torch.Tensor.Wrap(NativeMethods.ts_tt(op, a.Handle, b.Handle), a, b);

    public static torch.Tensor Ternary(nint op, torch.Tensor a, torch.Tensor b, torch.Tensor c) =>
        torch.Tensor.Wrap(NativeMethods.ts_ttt(op, a.Handle, b.Handle, c.Handle), a, b, c);

    public static torch.Tensor Scaled(nint op, torch.Tensor a, torch.Tensor b, Argument scale) =>
        torch.Tensor.Wrap(NativeMethods.ts_tts(op, a.Handle, b.Handle, &scale), a, b);

    public static torch.Tensor WithScalar(nint op, torch.Tensor a, Argument scalar) =>
        torch.Tensor.Wrap(NativeMethods.ts_ts(op, a.Handle, &scalar), a);

    public static torch.Tensor WithScalars(nint op, torch.Tensor a, Argument first, Argument second) =>
        torch.Tensor.Wrap(NativeMethods.ts_tss(op, a.Handle, &first, &second), a);

    public static torch.Tensor WithInt(nint op, torch.Tensor a, long i) => torch.Tensor.Wrap(NativeMethods.ts_ti(op, a.Handle, i), a);

    public static torch.Tensor WithInts(nint op, torch.Tensor a, long i, long j) =>
        torch.Tensor.Wrap(NativeMethods.ts_tii(op, a.Handle, i, j), a);

    public static torch.Tensor WithIntAndTensor(nint op, torch.Tensor a, long i, torch.Tensor b) =>
        torch.Tensor.Wrap(NativeMethods.ts_tit(op, a.Handle, i, b.Handle), a, b);

    public static torch.Tensor WithIntAndType(nint op, torch.Tensor a, long i, torch.ScalarType? type) =>
        torch.Tensor.Wrap(NativeMethods.ts_tid(op, a.Handle, i, Number(type)), a);

    public static torch.Tensor WithType(nint op, torch.Tensor a, torch.ScalarType? type) =>
        torch.Tensor.Wrap(NativeMethods.ts_td(op, a.Handle, Number(type)), a);

    /// <summary>A boxed call with one result; the tensors among the arguments are named again so that they stay alive.</summary>
    public static torch.Tensor Boxed(
        nint op,
        ReadOnlySpan<Argument> arguments,
        torch.Tensor? a = null,
        torch.Tensor? b = null,
        torch.Tensor? c = null,
        torch.Tensor? d = null
    )
    {
        nint result = 0;
        fixed (Argument* pointer = arguments)
        {
            NativeMethods.Checked(NativeMethods.ts_call(op, pointer, arguments.Length, &result, 1));
        }

        GC.KeepAlive(d);
        return torch.Tensor.Wrap(result, a, b, c);
    }

    /// <summary>A boxed call with two results.</summary>
    public static (torch.Tensor First, torch.Tensor Second) BoxedPair(
        nint op,
        ReadOnlySpan<Argument> arguments,
        torch.Tensor? a = null,
        torch.Tensor? b = null,
        torch.Tensor? c = null
    )
    {
        var results = stackalloc nint[2];
        fixed (Argument* pointer = arguments)
        {
            NativeMethods.Checked(NativeMethods.ts_call(op, pointer, arguments.Length, results, 2));
        }

        return (torch.Tensor.Wrap(results[0], a, b, c), torch.Tensor.Wrap(results[1], a, b, c));
    }

    /// <summary>A boxed call with any number of results.</summary>
    public static torch.Tensor[] BoxedMany(nint op, ReadOnlySpan<Argument> arguments, torch.Tensor? a = null, torch.Tensor? b = null)
    {
        const int Room = 64;
        var few = stackalloc nint[Room];
        int count;
        fixed (Argument* pointer = arguments)
        {
            count = NativeMethods.Checked(NativeMethods.ts_call(op, pointer, arguments.Length, few, Room));
        }

        GC.KeepAlive(a);
        GC.KeepAlive(b);
        var handles = new nint[count];
        new ReadOnlySpan<nint>(few, Math.Min(count, Room)).CopyTo(handles);
        if (count > Room)
        {
            fixed (nint* rest = &handles[Room])
            {
                NativeMethods.ts_overflow(rest);
            }
        }

        return Array.ConvertAll(handles, handle => new torch.Tensor(NativeMethods.Checked(handle)));
    }

    /// <summary>A boxed call that changes its first argument, and returns it.</summary>
    public static torch.Tensor InPlace(
        nint op,
        ReadOnlySpan<Argument> arguments,
        torch.Tensor self,
        torch.Tensor? b = null,
        torch.Tensor? c = null
    )
    {
        fixed (Argument* pointer = arguments)
        {
            NativeMethods.Checked(NativeMethods.ts_call(op, pointer, arguments.Length, null, 0));
        }

        GC.KeepAlive(b);
        GC.KeepAlive(c);
        return self;
    }

    /// <summary>The handles of the tensors; keep the tensors alive while they are in use.</summary>
    public static nint[] Handles(ReadOnlySpan<torch.Tensor> tensors)
    {
        var handles = new nint[tensors.Length];
        for (var i = 0; i < handles.Length; i++)
        {
            handles[i] = tensors[i].Handle;
        }

        return handles;
    }

    public static int Number(torch.ScalarType? type) => type is { } given ? (int)given : -1;
}
