using TorchSharp;
using VlmQ.Models.Layers;
using static TorchSharp.torch;

namespace VlmQ.Learning;

/// <summary>
/// Hidden states cut off their trunk, piece by piece, and the gradient that collects on them until the trunk's backward pass.
/// </summary>
/// <param name="pass">The hidden states, <c>[N, d]</c>.</param>
internal sealed class HiddenGradient(HiddenPass pass)
{
    private readonly Tensor _detached = pass.Hidden.detach();
    private readonly Tensor _sum = zeros_like(pass.Hidden);

    /// <summary>Where the hidden states are.</summary>
    public Device Device => _detached.device;

    /// <summary>Some positions as a leaf of a graph of their own.</summary>
    public Tensor Leaf(int first, int count)
    {
        using Tensor part = _detached.narrow(0, first, count);
        return part.detach().requires_grad_();
    }

    /// <summary>Adds what a backward pass left in a leaf.</summary>
    public void Add(Tensor leaf, int first, int count)
    {
        using DisposeScope scope = NewDisposeScope();
        if (leaf.grad is { } gradient)
        {
            _sum.narrow(0, first, count).add_(gradient);
        }
    }

    /// <summary>The trunk's backward pass.</summary>
    public void Backward()
    {
        if (pass.Hidden.requires_grad)
        {
            pass.Hidden.backward([_sum]);
            pass.Backward();
        }
    }
}
