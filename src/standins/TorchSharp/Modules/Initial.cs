using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>What the layers' parameters start as, drawn as Python's layers draw them. They belong to no dispose scope.</summary>
internal static class Initial
{
    /// <summary>Uniform in ±1/√fan-in: what Kaiming's rule with a = √5 comes to.</summary>
    public static Parameter Uniform(long[] shape, long fanIn, Device? device, ScalarType? dtype)
    {
        var bound = fanIn > 0 ? 1 / Math.Sqrt(fanIn) : 0;
        return Filled(shape, device, dtype, tensor => tensor.uniform_(-bound, bound));
    }

    public static Parameter Filled(long[] shape, Device? device, ScalarType? dtype, Action<Tensor> fill)
    {
        using var scope = NewDisposeScope();
        var data = empty(shape, dtype, device);
        fill(data);
        var parameter = new Parameter(data);
        parameter.DetachFromDisposeScope();
        return parameter;
    }
}
