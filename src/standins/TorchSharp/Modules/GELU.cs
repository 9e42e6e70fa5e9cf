using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace TorchSharp.Modules;

/// <summary>x · Φ(x), exactly or by its approximation with tanh.</summary>
public sealed class GELU : nn.Module<Tensor, Tensor>
{
    private readonly Approximate _approximate;

    internal GELU(Approximate approximate)
        : base(nameof(GELU)) => _approximate = approximate;

    /// <summary>How Φ is computed.</summary>
    public enum Approximate
    {
        none = 0,
        tanh = 1,
    }

    public override Tensor forward(Tensor input) => input.gelu(_approximate);
}
