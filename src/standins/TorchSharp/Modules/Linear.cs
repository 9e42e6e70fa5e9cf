using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace TorchSharp.Modules;

/// <summary>x · weightᵀ + bias; weight is [out, in].</summary>
public sealed class Linear : nn.Module<Tensor, Tensor>
{
    internal Linear(long inputSize, long outputSize, bool hasBias, Device? device, ScalarType? dtype)
        : base(nameof(Linear))
    {
        in_features = inputSize;
        out_features = outputSize;
        weight = Initial.Uniform([outputSize, inputSize], inputSize, device, dtype);
        bias = hasBias ? Initial.Uniform([outputSize], inputSize, device, dtype) : null;
    }

    public long in_features { get; }

    public long out_features { get; }

    public Parameter weight
    {
        get => Registered(nameof(weight));
        set => ConditionallyRegisterParameter(nameof(weight), value);
    }

    public Parameter? bias
    {
        get => IsRegistered(nameof(bias)) ? Registered(nameof(bias)) : null;
        set => ConditionallyRegisterParameter(nameof(bias), value);
    }

    public override Tensor forward(Tensor input) => F.linear(input, weight, bias);
}
