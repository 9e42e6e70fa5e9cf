using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace TorchSharp.Modules;

/// <summary>Cross-correlation over [N, C, H, W]; weight is [out, in/groups, height, width].</summary>
public sealed class Conv2d : nn.Module<Tensor, Tensor>
{
    private readonly long[] _stride;
    private readonly long[] _padding;
    private readonly long[] _dilation;
    private readonly long _groups;
    private readonly PaddingModes _mode;

    internal Conv2d(
        long in_channels,
        long out_channels,
        (long Height, long Width) kernel,
        (long, long) stride,
        (long, long) padding,
        (long, long) dilation,
        PaddingModes padding_mode,
        long groups,
        bool bias,
        Device? device,
        ScalarType? dtype
    )
        : base(nameof(Conv2d))
    {
        _stride = [stride.Item1, stride.Item2];
        _padding = [padding.Item1, padding.Item2];
        _dilation = [dilation.Item1, dilation.Item2];
        _groups = groups;
        _mode = padding_mode;
        var fanIn = in_channels / groups * kernel.Height * kernel.Width;
        weight = Initial.Uniform([out_channels, in_channels / groups, kernel.Height, kernel.Width], fanIn, device, dtype);
        this.bias = bias ? Initial.Uniform([out_channels], fanIn, device, dtype) : null;
    }

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

    public override Tensor forward(Tensor input)
    {
        if (_mode is PaddingModes.Zeros or PaddingModes.Constant)
        {
            return F.conv2d(input, weight, bias, _stride, _padding, _dilation, _groups);
        }

        using var padded = F.pad(input, [_padding[1], _padding[1], _padding[0], _padding[0]], _mode);
        return F.conv2d(padded, weight, bias, _stride, null, _dilation, _groups);
    }
}
