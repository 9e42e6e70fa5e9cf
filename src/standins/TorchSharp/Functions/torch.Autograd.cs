namespace TorchSharp;

public static partial class torch
{
    /// <summary>Reverse-mode differentiation.</summary>
    public static unsafe class autograd
    {
        /// <summary>Gradients of the outputs' sum with respect to each input; null (in the list) for one that was not used.</summary>
        public static IList<Tensor> grad(
            IList<Tensor> outputs,
            IList<Tensor> inputs,
            IList<Tensor>? grad_outputs = null,
            bool retain_graph = false,
            bool create_graph = false,
            bool allow_unused = false
        )
        {
            var from = Calls.Handles([.. outputs]);
            var to = Calls.Handles([.. inputs]);
            var seeds = Calls.Handles(grad_outputs is null ? [] : [.. grad_outputs]);
            var results = new nint[to.Length];
            fixed (
                nint* fromPointer = from,
                    toPointer = to,
                    seedPointer = seeds,
                    resultPointer = results
            )
            {
                NativeMethods.Checked(
                    NativeMethods.ts_gradients(
                        fromPointer,
                        from.Length,
                        toPointer,
                        to.Length,
                        seedPointer,
                        seeds.Length,
                        retain_graph || create_graph ? 1 : 0,
                        create_graph ? 1 : 0,
                        allow_unused ? 1 : 0,
                        resultPointer
                    )
                );
            }

            GC.KeepAlive(outputs);
            GC.KeepAlive(inputs);
            GC.KeepAlive(grad_outputs);
            return Array.ConvertAll(results, handle => handle == 0 ? null! : new Tensor(handle));
        }

        /// <summary>Accumulates the gradients of the tensors' sum in the leaves that they were computed from, or in the inputs.</summary>
        public static void backward(
            IList<Tensor> tensors,
            IList<Tensor>? grad_tensors = null,
            bool retain_graph = false,
            bool create_graph = false,
            IList<Tensor>? inputs = null
        )
        {
            var from = Calls.Handles([.. tensors]);
            var seeds = Calls.Handles(grad_tensors is null ? [] : [.. grad_tensors]);
            var to = Calls.Handles(inputs is null ? [] : [.. inputs]);
            fixed (
                nint* fromPointer = from,
                    seedPointer = seeds,
                    toPointer = to
            )
            {
                NativeMethods.Checked(
                    NativeMethods.ts_backward(
                        fromPointer,
                        from.Length,
                        seedPointer,
                        seeds.Length,
                        retain_graph || create_graph ? 1 : 0,
                        create_graph ? 1 : 0,
                        toPointer,
                        to.Length
                    )
                );
            }

            GC.KeepAlive(tensors);
            GC.KeepAlive(grad_tensors);
            GC.KeepAlive(inputs);
        }
    }
}
