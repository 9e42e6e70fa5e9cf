using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace TorchSharp.Modules;

/// <summary>Normalises over the last dimensions, then scales and shifts.</summary>
public sealed class LayerNorm : nn.Module<Tensor, Tensor>
{
    private readonly long[] _shape;
    private readonly double _eps;

    internal LayerNorm(long[] normalized_shape, double eps, bool elementwise_affine, bool bias, Device? device, ScalarType? dtype)
        : base(nameof(LayerNorm))
    {
        _shape = normalized_shape;
        _eps = eps;
        weight = elementwise_affine ? Initial.Filled(normalized_shape, device, dtype, tensor => tensor.fill_(1)) : null;
        this.bias = elementwise_affine && bias ? Initial.Filled(normalized_shape, device, dtype, tensor => tensor.zero_()) : null;
    }

    public Parameter? weight
    {
        get => IsRegistered(nameof(weight)) ? Registered(nameof(weight)) : null;
        set => ConditionallyRegisterParameter(nameof(weight), value);
    }

    public Parameter? bias
    {
        get => IsRegistered(nameof(bias)) ? Registered(nameof(bias)) : null;
        set => ConditionallyRegisterParameter(nameof(bias), value);
    }

    public override Tensor forward(Tensor input) => F.layer_norm(input, _shape, weight, bias, _eps);
}
