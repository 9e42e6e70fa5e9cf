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
    private MergedAdapters? _merge;

    /// <summary>How the expensive pieces are computed.</summary>
    public IKernels Kernels { get; } = kernels;

    /// <summary>Precision of matrix products.</summary>
    public Precision Precision { get; } = precision;

    /// <summary>The name under which checkpoints record the kind of model.</summary>
    public abstract string Family { get; }

    /// <summary>Where the weights came from; null for a model that was made anew.</summary>
    public ModelOrigin? Origin { get; internal set; }

    /// <summary>V: number of token ids.</summary>
    public abstract int Vocabulary { get; }

    /// <summary>The token that marks the image's place in a prompt.</summary>
    public abstract int ImagePlaceholder { get; }

    /// <summary>
    /// Whether a row's logits in a batch of prompts of one length are, to the last bit, those that it has alone. Products whose order of
    /// sums depends on the number of rows make it false.
    /// </summary>
    public virtual bool RowsAreIndependent => false;

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

    /// <summary>The attached low-rank adapters; empty without.</summary>
    public AdapterSet Adapters { get; } = new();

    /// <summary>Whether <see cref="LoraOptions.Dropout"/> reaches the inputs of adapters; false for models that form whole weights.</summary>
    public virtual bool DropsAdapterInputs => true;

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
    /// What an optimizer may change: everything but the critics' targets; with adapters, those that act and the critic heads alone.
    /// </summary>
    public IEnumerable<(string Name, Parameter Parameter)> TrainableParameters()
    {
        IEnumerable<(string, Parameter)> own = named_parameters()
            .Where(pair => pair.parameter.requires_grad)
            .Select(pair => (pair.name, pair.parameter));
        return own.Concat(Adapters.NamedParameters());
    }

    /// <summary>
    /// Freezes the model but for its critic heads and puts trainable low-rank adapters on its linear layers, beside those that are there.
    /// </summary>
    /// <param name="adapters">The adapters; the model disposes of them.</param>
    /// <param name="name">Their name among the model's adapters.</param>
    public void Attach(LoraAdapters adapters, string name = AdapterSet.DefaultName)
    {
        ArgumentNullException.ThrowIfNull(adapters);
        if (_merge is not null)
        {
            throw new InvalidOperationException("Adapters are merged into the model; take them out of it first.");
        }
        adapters.MoveTo(parameters().First().device);
        Adapters.Attach(name, adapters);
        foreach ((string path, nn.Module module) in named_modules())
        {
            (module as AdaptableLinear)?.Join(Adapters, path);
        }
        HashSet<nint> critics = [.. Critics.parameters().Select(parameter => parameter.Handle)];
        foreach ((_, Parameter parameter) in named_parameters())
        {
            if (!critics.Contains(parameter.Handle))
            {
                parameter.requires_grad = false;
            }
        }
    }

    /// <summary>
    /// Adds the acting adapters' products to the weights, W ← W + Σ s·B·A, and forgets all adapters; what trained before
    /// them trains again. The sum is float32 and rounded to the weight's type once.
    /// </summary>
    /// <exception cref="InvalidOperationException">No adapter acts.</exception>
    /// <exception cref="VlmQ.Core.Episodes.FaultException">A sum is not finite; nothing has been changed.</exception>
    public void MergeAdapters()
    {
        MergedAdapters.Add(Adapters, AdaptableWeights(), keepBase: false).Dispose();
        Adapters.Dispose();
        HashSet<nint> targets = [.. Critics.TargetParameters.Select(parameter => parameter.Handle)];
        foreach ((string name, Parameter parameter) in named_parameters())
        {
            parameter.requires_grad = Trains(name) && !targets.Contains(parameter.Handle);
        }
        WeightsChanged();
    }

    /// <summary>
    /// Adds the acting adapters' products to the weights for as long as nobody learns: a pass then costs what it costs without adapters.
    /// The weights' own bits are kept aside until <see cref="UnmergeAdapters"/> puts them back.
    /// </summary>
    /// <exception cref="InvalidOperationException">No adapter acts, or they are merged already.</exception>
    /// <exception cref="VlmQ.Core.Episodes.FaultException">A sum is not finite; nothing has been changed.</exception>
    public void MergeAdaptersForNow()
    {
        if (_merge is not null)
        {
            throw new InvalidOperationException("The adapters are merged already.");
        }
        _merge = MergedAdapters.Add(Adapters, AdaptableWeights(), keepBase: true);
        Adapters.Activate();
        WeightsChanged();
    }

    /// <summary>Puts the very bits back that the weights had before <see cref="MergeAdaptersForNow"/>; the adapters act again.</summary>
    /// <exception cref="InvalidOperationException">Nothing is merged, or it was merged for good.</exception>
    public void UnmergeAdapters()
    {
        MergedAdapters merge =
            _merge ?? throw new InvalidOperationException("No adapters are merged into the model so that it could undo it.");
        merge.TakeOut(AdaptableWeights());
        Adapters.Activate(merge.Names);
        merge.Dispose();
        _merge = null;
        WeightsChanged();
    }

    /// <summary>The weight of a linear layer as the forward pass uses it: with its adapters' products added, where it has any.</summary>
    /// <param name="module">The layer's path.</param>
    /// <param name="weight">Its own weight.</param>
    protected Tensor Effective(string module, Tensor weight) => Adapters.Effective(module, weight);

    /// <summary>The weights of the layers that adapters may be attached to, by module path.</summary>
    protected virtual IReadOnlyDictionary<string, Parameter> AdaptableWeights()
    {
        Dictionary<string, Parameter> byName = named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter);
        return AdaptableLinears.Keys.ToDictionary(module => module, module => byName[module + ".weight"]);
    }

    /// <summary>Whether a parameter trains when the whole model does; false of parts that stay frozen.</summary>
    protected virtual bool Trains(string parameter) => true;

    /// <summary>Called when weights that do not train have changed: what was computed from them before is void.</summary>
    protected virtual void WeightsChanged() { }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _merge?.Dispose();
            Adapters.Dispose();
        }
        base.Dispose(disposing);
    }
}
