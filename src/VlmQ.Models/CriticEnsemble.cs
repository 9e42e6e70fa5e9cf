using TorchSharp;
using TorchSharp.Modules;
using VlmQ.Core.Randomness;
using VlmQ.Models.Kernels;
using static TorchSharp.torch;

namespace VlmQ.Models;

/// <summary>
/// K critic heads Qₖ(s,·) on a model's hidden states, and their slowly moving targets Q̄ₖ. Each head is a perceptron
/// d → h → vocabulary with tanh-GELU; a classifying critic has <see cref="CriticSupport.Bins"/> outputs a token instead of one.
/// </summary>
public sealed class CriticEnsemble : nn.Module
{
    private readonly ModuleList<CriticHead> online;
    private readonly ModuleList<CriticHead> target;
    private readonly Linear? behavior;

    /// <param name="critics">K, at least 1.</param>
    /// <param name="width">d, of the hidden states.</param>
    /// <param name="innerWidth">h.</param>
    /// <param name="vocabulary">V.</param>
    /// <param name="support">The centres of classifying critics; null: a critic puts out values.</param>
    public CriticEnsemble(int critics, int width, int innerWidth, int vocabulary, CriticSupport? support = null, bool behavior = false)
        : base(nameof(CriticEnsemble))
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(critics);
        Support = support;
        Vocabulary = vocabulary;
        int outputs = vocabulary * (support?.Bins ?? 1);
        online = new ModuleList<CriticHead>([.. Enumerable.Range(0, critics).Select(_ => new CriticHead(width, innerWidth, outputs))]);
        target = new ModuleList<CriticHead>([.. Enumerable.Range(0, critics).Select(_ => new CriticHead(width, innerWidth, outputs))]);
        this.behavior = behavior ? nn.Linear(width, vocabulary) : null;
        RegisterComponents();
        foreach (Parameter parameter in target.parameters())
        {
            parameter.requires_grad = false;
        }
    }

    /// <summary>The centres of classifying critics; null: a critic puts out values.</summary>
    public CriticSupport? Support { get; }

    /// <summary>V.</summary>
    public int Vocabulary { get; }

    /// <summary>K.</summary>
    public int Count => online.Count;

    /// <summary>The parameters of the targets, which no optimizer may touch.</summary>
    public IEnumerable<Parameter> TargetParameters => target.parameters();

    /// <summary>What the online heads put out: values <c>[K, …, V]</c>, or logits <c>[K, …, V·bins]</c> of classifying critics.</summary>
    /// <param name="hidden"><c>[…, d]</c>.</param>
    /// <param name="kernels">How products are computed.</param>
    /// <param name="precision">Their precision.</param>
    /// <param name="tokens">The tokens that are asked about, <c>[U]</c> int64, in place of all V; no gradient then.</param>
    public Tensor Online(Tensor hidden, IKernels kernels, Precision precision, Tensor? tokens = null) =>
        Outputs(online, hidden, kernels, precision, tokens);

    /// <summary>True when the ensemble has a behavior head.</summary>
    public bool HasBehavior => behavior is not null;

    /// <summary>
    /// The behavior head: logits of μ(·|s), the policy that made the data, <c>[…, V]</c>. It tells which tokens the critics know about.
    /// </summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public Tensor Behavior(Tensor hidden, IKernels kernels, Precision precision)
    {
        ArgumentNullException.ThrowIfNull(kernels);
        Linear head = behavior ?? throw new InvalidOperationException("These critics have no behavior head.");
        return kernels.Linear(hidden, head.weight!, head.bias, precision);
    }

    /// <summary>The same of the target heads; without gradient.</summary>
    public Tensor Target(Tensor hidden, IKernels kernels, Precision precision, Tensor? tokens = null)
    {
        using IDisposable noGradient = no_grad();
        return Outputs(target, hidden, kernels, precision, tokens);
    }

    /// <summary>The online heads' weights of given tokens, to predict and learn from these tokens alone.</summary>
    /// <param name="tokens"><c>[n]</c> int64; one a position.</param>
    public TakenTokens Taken(Tensor tokens) => new(Weights(online), tokens, Support);

    /// <summary>Values <c>[K, …, V]</c> from what heads put out: itself, or the mean of the predicted distribution.</summary>
    public Tensor Values(Tensor outputs)
    {
        if (Support is null)
        {
            return outputs;
        }
        using Tensor centres = linspace(Support.Minimum, Support.Maximum, Support.Bins, dtype: outputs.dtype, device: outputs.device);
        using Tensor logits = PerBin(outputs); // [K, …, V, bins]
        using Tensor probabilities = logits.softmax(-1);
        using Tensor weighted = probabilities * centres;
        return weighted.sum(-1); // [K, …, V]
    }

    /// <summary>The outputs of classifying critics with the bins in a dimension of their own, <c>[K, …, V, bins]</c>.</summary>
    public Tensor PerBin(Tensor outputs)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        CriticSupport support = Support ?? throw new InvalidOperationException("These critics put out values, not bins.");
        return outputs.view([.. outputs.shape.AsSpan()[..^1], -1, support.Bins]);
    }

    /// <summary>Q̄ ← (1 − rate)·Q̄ + rate·Q.</summary>
    public void UpdateTargets(IKernels kernels, double rate)
    {
        Tensor[] targets = [.. target.parameters()];
        Tensor[] sources = [.. online.parameters()];
        kernels.MovingAverage(targets, sources, rate);
    }

    /// <summary>Sets the online heads' start and copies it to the targets.</summary>
    /// <param name="fill">Fills a weight, given its name.</param>
    /// <param name="initialValue">Every Q at the start, with output weights zero; null: small random output weights around 0.</param>
    internal void Initialize(Action<string, Tensor> fill, double? initialValue)
    {
        using IDisposable noGradient = no_grad();
        // In-place operations may return the tensor itself or a new one over the same memory: only a scope disposes of the right ones.
        using DisposeScope scope = NewDisposeScope();
        for (int k = 0; k < online.Count; k++)
        {
            CriticHead head = online[k];
            fill($"{k}.inner", head.inner.weight!);
            head.inner.bias!.zero_();
            if (initialValue is null)
            {
                fill($"{k}.outer", head.outer.weight!);
            }
            else
            {
                head.outer.weight!.zero_();
            }
            head.outer.bias!.copy_(StartBias(initialValue ?? 0, head.outer.bias!.shape[0]));
        }
        if (behavior is not null)
        {
            fill("behavior", behavior.weight!);
            behavior.bias!.zero_();
        }
        CopyToTargets();
    }

    /// <summary>The random start of a weight, from its name.</summary>
    internal static void Fill(string name, Tensor weight, RandomKey key)
    {
        if (name.EndsWith("inner", StringComparison.Ordinal))
        {
            Initializer.Uniform(weight, 1 / Math.Sqrt(weight.shape[1]), key.Split("critics." + name));
        }
        else
        {
            Initializer.Normal(weight, 0.01, key.Split("critics." + name));
        }
    }

    /// <summary>Q̄ ← Q.</summary>
    public void CopyToTargets()
    {
        using IDisposable noGradient = no_grad();
        using DisposeScope scope = NewDisposeScope();
        foreach ((Parameter to, Parameter from) in target.parameters().Zip(online.parameters()))
        {
            to.copy_(from);
        }
    }

    private Tensor StartBias(double value, long outputs)
    {
        if (Support is null)
        {
            return full([outputs], value);
        }
        double tilt = Support.TiltFor(value);
        float[] bias = new float[outputs];
        for (int i = 0; i < bias.Length; i++)
        {
            bias[i] = (float)(tilt * Support.Centre(i % Support.Bins));
        }
        return tensor(bias);
    }

    private Tensor Outputs(ModuleList<CriticHead> heads, Tensor hidden, IKernels kernels, Precision precision, Tensor? tokens)
    {
        ArgumentNullException.ThrowIfNull(kernels);
        if (tokens is null)
        {
            return kernels.CriticHeads(hidden, Weights(heads), precision);
        }
        using IDisposable noGradient = no_grad();
        using DisposeScope scope = NewDisposeScope();
        HeadWeights[] some = Array.ConvertAll(
            Weights(heads),
            head => head with { OutputWeight = RowsOf(head.OutputWeight, tokens), OutputBias = RowsOf(head.OutputBias, tokens) }
        );
        return kernels.CriticHeads(hidden, some, precision).MoveToOuterDisposeScope();
    }

    // The rows of a few tokens, [U·bins, h] of [V·bins, h].
    private Tensor RowsOf(Tensor parameter, Tensor tokens)
    {
        long[] rest = parameter.shape[1..];
        return parameter.detach().view([Vocabulary, -1, .. rest]).index_select(0, tokens).reshape([-1, .. rest]);
    }

    private static HeadWeights[] Weights(ModuleList<CriticHead> heads)
    {
        HeadWeights[] weights = new HeadWeights[heads.Count];
        for (int k = 0; k < weights.Length; k++)
        {
            CriticHead head = heads[k];
            weights[k] = new HeadWeights(head.inner.weight!, head.inner.bias!, head.outer.weight!, head.outer.bias!);
        }
        return weights;
    }

    private sealed class CriticHead : nn.Module
    {
        public readonly Linear inner;
        public readonly Linear outer;

        public CriticHead(int width, int innerWidth, int outputs)
            : base(nameof(CriticHead))
        {
            inner = nn.Linear(width, innerWidth);
            outer = nn.Linear(innerWidth, outputs);
            RegisterComponents();
        }
    }
}
