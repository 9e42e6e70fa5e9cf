using System.Text;

namespace TorchSharp;

public static unsafe partial class torch
{
    public static Tensor cat(IList<Tensor> tensors, long dim = 0) => cat([.. tensors], dim);

    public static Tensor cat(Tensor[] tensors, long dim = 0) => cat((ReadOnlySpan<Tensor>)tensors, dim);

    public static Tensor cat(ReadOnlySpan<Tensor> tensors, long dim = 0)
    {
        Tensor result;
        fixed (nint* handles = Calls.Handles(tensors))
        {
            result = new Tensor(NativeMethods.Checked(NativeMethods.ts_cat(handles, tensors.Length, dim)));
        }

        KeepAlive(tensors);
        return result;
    }

    public static Tensor stack(IEnumerable<Tensor> tensors, long dim = 0)
    {
        Tensor[] all = [.. tensors];
        Tensor result;
        fixed (nint* handles = Calls.Handles(all))
        {
            result = new Tensor(NativeMethods.Checked(NativeMethods.ts_stack(handles, all.Length, dim)));
        }

        KeepAlive(all);
        return result;
    }

    public static Tensor[] meshgrid(IEnumerable<Tensor> tensors, string indexing = "ij")
    {
        Tensor[] all = [.. tensors];
        var text = Encoding.UTF8.GetBytes(indexing);
        Tensor[] grids;
        fixed (nint* handles = Calls.Handles(all))
        {
            fixed (byte* name = text)
            {
                grids = Calls.BoxedMany(
                    Operators.meshgrid__indexing,
                    [Argument.Tensors(handles, all.Length), Argument.Text(name, text.Length)]
                );
            }
        }

        KeepAlive(all);
        return grids;
    }

    public static Tensor einsum(string equation, params Tensor[] tensors)
    {
        var text = Encoding.UTF8.GetBytes(equation);
        Tensor result;
        fixed (nint* handles = Calls.Handles(tensors))
        {
            fixed (byte* name = text)
            {
                result = Calls.Boxed(Operators.einsum, [Argument.Text(name, text.Length), Argument.Tensors(handles, tensors.Length)]);
            }
        }

        KeepAlive(tensors);
        return result;
    }

    /// <summary><paramref name="x"/> where the condition holds, <paramref name="y"/> elsewhere.</summary>
    public static Tensor where(Tensor condition, Tensor x, Tensor y) => Calls.Ternary(Operators.where__self, condition, x, y);

    public static void save(Tensor t, string location) => t.save(location);

    public static Tensor load(string location) => Tensor.load(location);

    private static void KeepAlive(ReadOnlySpan<Tensor> tensors)
    {
        foreach (var tensor in tensors)
        {
            GC.KeepAlive(tensor);
        }
    }
}
