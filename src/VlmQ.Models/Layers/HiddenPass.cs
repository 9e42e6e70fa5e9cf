using TorchSharp;
using static TorchSharp.torch;

namespace VlmQ.Models.Layers;

/// <summary>
/// Hidden states on the way to a loss. Where a model computes its layers again in the backward pass (gradient checkpointing, Chen et
/// al., arXiv 1604.06174), only the layers' inputs are kept: <see cref="Hidden"/> is then a leaf, the loss's backward pass ends there, and
/// <see cref="Backward"/> carries its gradient on through the layers, one at a time. The gradients are those of an ordinary pass.
/// </summary>
public sealed class HiddenPass : IDisposable
{
    private readonly IReadOnlyList<Func<Tensor, Tensor>> _segments;
    private readonly Tensor[] _inputs;
    private readonly IDisposable? _shared;

    /// <summary>States that are part of an ordinary graph: the loss's backward pass is all there is.</summary>
    public HiddenPass(Tensor hidden)
    {
        ArgumentNullException.ThrowIfNull(hidden);
        Hidden = hidden;
        _segments = [];
        _inputs = [];
    }

    private HiddenPass(Tensor hidden, IReadOnlyList<Func<Tensor, Tensor>> segments, Tensor[] inputs, IDisposable? shared)
    {
        Hidden = hidden;
        _segments = segments;
        _inputs = inputs;
        _shared = shared;
    }

    /// <summary>What the model's <see cref="VisionLanguageModel.Hidden"/> gives; owned by the caller's dispose scope.</summary>
    public Tensor Hidden { get; }

    /// <summary>Runs segments one after the other, keeping of each only what goes in.</summary>
    /// <param name="input">What goes into the first; no gradient is wanted for it.</param>
    /// <param name="segments">Each computes the same every time that it is called with the same input.</param>
    /// <param name="shared">What the segments share; disposed of with the pass.</param>
    public static HiddenPass Run(Tensor input, IReadOnlyList<Func<Tensor, Tensor>> segments, IDisposable? shared = null)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(segments);
        Tensor[] inputs = new Tensor[segments.Count];
        Tensor hidden = input.detach().DetachFromDisposeScope();
        using (no_grad())
        {
            for (int i = 0; i < inputs.Length; i++)
            {
                inputs[i] = hidden;
                using DisposeScope scope = NewDisposeScope();
                hidden = segments[i](hidden).DetachFromDisposeScope();
            }
        }
        Tensor leaf = hidden.detach().requires_grad_();
        hidden.Dispose();
        return new HiddenPass(leaf, segments, inputs, shared);
    }

    /// <summary>Carries the gradient of <see cref="Hidden"/> on to the weights. Call it once, after the loss's own backward pass.</summary>
    public void Backward()
    {
        Tensor? gradient = _segments.Count == 0 ? null : Hidden.grad;
        for (int i = _segments.Count - 1; i >= 0 && gradient is not null; i--)
        {
            using DisposeScope scope = NewDisposeScope();
            // The first segment's input is data; all others' are what the segment before put out.
            using Tensor input = _inputs[i].detach().requires_grad_(i > 0);
            Tensor output = _segments[i](input);
            if (output.requires_grad)
            {
                output.backward([gradient]);
            }
            gradient = input.grad?.DetachFromDisposeScope();
            _inputs[i].Dispose();
        }
        gradient?.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor input in _inputs)
        {
            input.Dispose();
        }
        _shared?.Dispose();
    }
}
