using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace TorchSharp.Modules;

/// <summary>Normalises over groups of channels, then scales and shifts each channel.</summary>
public sealed class GroupNorm : nn.Module<Tensor, Tensor>
{
    private readonly long _groups;
    private readonly double _eps;

    internal GroupNorm(long num_groups, long num_channels, double eps, bool affine, Device? device, ScalarType? dtype)
        : base(nameof(GroupNorm))
    {
        _groups = num_groups;
        _eps = eps;
        weight = affine ? Initial.Filled([num_channels], device, dtype, tensor => tensor.fill_(1)) : null;
        bias = affine ? Initial.Filled([num_channels], device, dtype, tensor => tensor.zero_()) : null;
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

    public override Tensor forward(Tensor input) => F.group_norm(input, _groups, weight, bias, _eps);
}
