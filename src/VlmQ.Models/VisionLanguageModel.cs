using TorchSharp;
using TorchSharp.Modules;
using VlmQ.Core.Tokens;
using VlmQ.Models.Generation;
using VlmQ.Models.Kernels;
using VlmQ.Models.Layers;
using VlmQ.Models.Lora;
using static TorchSharp.torch;

namespace VlmQ.Models;

/// <summary>
/// A vision-language model as the learner sees it: one trunk gives a hidden state per reply position; the language head gives
/// π(·|s) over the vocabulary and each critic head Q(s,·) (design §7).
/// </summary>
/// <param name="name">The module's name.</param>
/// <param name="kernels">How the expensive pieces are computed.</param>
/// <param name="precision">Precision of matrix products.</param>
public abstract class VisionLanguageModel(string name, IKernels kernels, Precision precision) : nn.Module(name)
{
    /// <summary>How the expensive pieces are computed.</summary>
    public IKernels Kernels { get; } = kernels;

    /// <summary>Precision of matrix products.</summary>
    public Precision Precision { get; } = precision;

    /// <summary>The name under which checkpoints record the kind of model.</summary>
    public abstract string Family { get; }

    /// <summary>V: number of token ids.</summary>
    public abstract int Vocabulary { get; }

    /// <summary>The token that marks the image's place in a prompt.</summary>
    public abstract int ImagePlaceholder { get; }

    /// <summary>Most text tokens in one sequence, the placeholder not counted.</summary>
    public abstract int TextLength { get; }

    /// <summary>Pixels in a row of the pictures that the model takes; null: any, it resizes them itself.</summary>
    public abstract int? ImageWidth { get; }

    /// <summary>Rows of the pictures that the model takes; null: any.</summary>
    public abstract int? ImageHeight { get; }

    /// <summary>The critic heads and their targets.</summary>
    public abstract CriticEnsemble Critics { get; }

    /// <summary>The linear layers that adapters may be attached to, by module path: out, in.</summary>
    public abstract IReadOnlyDictionary<string, (long Out, long In)> AdaptableLinears { get; }

    /// <summary>The attached low-rank adapters; null without.</summary>
    public LoraAdapters? Adapters { get; private set; }

    /// <summary>Makes rows of a batch ready to be read, on the model's device.</summary>
    /// <exception cref="VlmQ.Core.Episodes.FaultException">Ids outside the vocabulary, text too long, or pictures of another
    /// size.</exception>
    public abstract TurnInput Prepare(TurnBatch batch, ReadOnlySpan<int> rows);

    /// <summary>
    /// Hidden states of reply positions (see <see cref="TurnText"/>): position j of a row is the state before its reply token j.
    /// </summary>
    /// <returns><c>[positions, d]</c>, row after row without padding.</returns>
    public abstract Tensor Hidden(TurnInput input);

    /// <summary><see cref="Hidden"/> for a step that will call <see cref="HiddenPass.Backward"/> after the loss's own backward pass.</summary>
    public virtual HiddenPass HiddenForTraining(TurnInput input) => new(Hidden(input));

    /// <summary>The language head: logits <c>[…, V]</c> from hidden states <c>[…, d]</c>.</summary>
    public abstract Tensor Logits(Tensor hidden);

    /// <summary>Reads prompts and gives the decoder that continues them.</summary>
    /// <param name="prompts">The prompts.</param>
    /// <param name="maximumTokens">How many tokens will be appended at most.</param>
    public abstract Decoder StartDecoding(PromptBatch prompts, int maximumTokens);

    /// <summary>
    /// What an optimizer may change: everything but the critics' targets; with adapters, the adapters and the critic heads alone.
    /// </summary>
    public IEnumerable<(string Name, Parameter Parameter)> TrainableParameters()
    {
        IEnumerable<(string, Parameter)> own = named_parameters()
            .Where(pair => pair.parameter.requires_grad)
            .Select(pair => (pair.name, pair.parameter));
        return Adapters is null ? own : own.Concat(Adapters.NamedParameters());
    }

    /// <summary>Freezes the model but for its critic heads and puts trainable low-rank adapters on its linear layers.</summary>
    public void Attach(LoraAdapters adapters)
    {
        ArgumentNullException.ThrowIfNull(adapters);
        if (Adapters is not null)
        {
            throw new InvalidOperationException("The model has adapters already; merge them first.");
        }
        HashSet<nint> critics = [.. Critics.parameters().Select(parameter => parameter.Handle)];
        foreach ((_, Parameter parameter) in named_parameters())
        {
            if (!critics.Contains(parameter.Handle))
            {
                parameter.requires_grad = false;
            }
        }
        Adapters = adapters;
        SetLayerAdapters(module => adapters.Find(module) is { } adapter ? [adapter] : []);
    }

    /// <summary>
    /// Adds the adapters' product to the weights, W ← W + s·B·A, and forgets the adapters; what trained before them trains again.
    /// </summary>
    public void MergeAdapters()
    {
        LoraAdapters adapters = Adapters ?? throw new InvalidOperationException("The model has no adapters.");
        Dictionary<string, Parameter> byName = named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter);
        HashSet<nint> targets = [.. Critics.TargetParameters.Select(parameter => parameter.Handle)];
        using (no_grad())
        using (NewDisposeScope())
        {
            foreach (LoraAdapter adapter in adapters.All)
            {
                Parameter weight = byName[adapter.Module + ".weight"];
                weight.copy_(adapter.Effective(weight));
            }
        }
        foreach ((string name, Parameter parameter) in byName)
        {
            parameter.requires_grad = Trains(name) && !targets.Contains(parameter.Handle);
        }
        Adapters = null;
        SetLayerAdapters(_ => []);
        adapters.Dispose();
        WeightsChanged();
    }

    /// <summary>The weight of a linear layer as the forward pass uses it: with its adapter's product added, where it has one.</summary>
    /// <param name="module">The layer's path.</param>
    /// <param name="weight">Its own weight.</param>
    protected Tensor Effective(string module, Tensor weight) => Adapters?.Find(module)?.Effective(weight) ?? weight;

    /// <summary>Whether a parameter trains when the whole model does; false of parts that stay frozen.</summary>
    protected virtual bool Trains(string parameter) => true;

    /// <summary>Called when weights that do not train have changed: what was computed from them before is void.</summary>
    protected virtual void WeightsChanged() { }

    private void SetLayerAdapters(Func<string, IReadOnlyList<LoraAdapter>> find)
    {
        foreach ((string name, nn.Module module) in named_modules())
        {
            if (module is AdaptableLinear linear)
            {
                linear.Adapters = find(name);
            }
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Adapters?.Dispose();
        }
        base.Dispose(disposing);
    }
}
