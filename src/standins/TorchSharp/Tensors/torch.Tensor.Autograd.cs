namespace TorchSharp;

public static partial class torch
{
    public unsafe partial class Tensor
    {
        public bool requires_grad
        {
            get => NativeMethods.ts_requires_grad(Handle) != 0;
            set => NativeMethods.Checked(NativeMethods.ts_set_requires_grad(Handle, value ? 1 : 0));
        }

        public bool is_leaf => NativeMethods.ts_is_leaf(Handle) != 0;

        /// <summary>The gradient, in a wrapper of its own; null where there is none. The gradient itself belongs to this tensor.</summary>
        public Tensor? grad
        {
            get
            {
                var handle = NativeMethods.ts_grad(Handle);
                GC.KeepAlive(this);
                return handle == 0 ? null : new Tensor(handle);
            }
            set
            {
                NativeMethods.Checked(NativeMethods.ts_set_grad(Handle, value?.Handle ?? 0));
                GC.KeepAlive(this);
                GC.KeepAlive(value);
            }
        }

        internal bool HasGradient => NativeMethods.ts_has_grad(Handle) != 0;

        public Tensor requires_grad_(bool requires_grad = true)
        {
            this.requires_grad = requires_grad;
            return this;
        }

        public void retain_grad() => NativeMethods.Checked(NativeMethods.ts_retain_grad(Handle));

        public Tensor detach() => Wrap(NativeMethods.ts_detach(Handle), this);

        public Tensor detach_()
        {
            NativeMethods.Checked(NativeMethods.ts_detach_(Handle));
            return this;
        }

        public void backward() => backward(null);

        public void backward(
            IList<Tensor>? grad_tensors = null,
            bool retain_graph = false,
            bool create_graph = false,
            IList<Tensor>? inputs = null
        ) => autograd.backward([this], grad_tensors, retain_graph, create_graph, inputs);
    }
}
