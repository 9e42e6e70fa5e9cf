using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace TorchSharp.Modules;

/// <summary>Joins dimensions.</summary>
public sealed class Flatten : nn.Module<Tensor, Tensor>
{
    private readonly long _start;
    private readonly long _end;

    internal Flatten(long start_dim, long end_dim)
        : base(nameof(Flatten))
    {
        _start = start_dim;
        _end = end_dim;
    }

    public override Tensor forward(Tensor input) => input.flatten(_start, _end);
}
