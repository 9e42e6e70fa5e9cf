namespace TorchSharp.Modules;

/// <summary>A tensor that is learned. It shares the storage of the tensor that it is made from.</summary>
public sealed class Parameter : torch.Tensor
{
    public Parameter(torch.Tensor data, bool requires_grad = true)
        : base(NativeMethods.Checked(NativeMethods.ts_detach(data.Handle)))
    {
        GC.KeepAlive(data);
        if (requires_grad)
        {
            this.requires_grad = true;
        }
    }
}
