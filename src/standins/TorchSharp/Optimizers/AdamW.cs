namespace TorchSharp.Modules;

/// <summary>Adam with decoupled weight decay (Loshchilov and Hutter, 2019).</summary>
public sealed class AdamW : AdamOptimizer
{
    internal AdamW(IEnumerable<ParamGroup> groups, Options defaults)
        : base(groups, defaults, decoupled: true) { }

    internal static Options Given(double lr, double beta1, double beta2, double eps, double weight_decay, bool amsgrad, bool maximize) =>
        new()
        {
            LearningRate = lr,
            beta1 = beta1,
            beta2 = beta2,
            eps = eps,
            weight_decay = weight_decay,
            amsgrad = amsgrad,
            maximize = maximize,
        };

    /// <summary>Options; null takes the optimizer's default.</summary>
    public sealed class Options : AdamOptions { }

    /// <summary>Parameters with options of their own.</summary>
    public sealed class ParamGroup : torch.optim.ParamGroup<Options>
    {
        public ParamGroup(IEnumerable<Parameter> parameters, Options options)
            : base(parameters, options) { }

        public ParamGroup(
            IEnumerable<Parameter> parameters,
            double lr = 1e-3,
            double beta1 = 0.9,
            double beta2 = 0.999,
            double eps = 1e-8,
            double weight_decay = 0,
            bool amsgrad = false,
            bool maximize = false
        )
            : base(parameters, Given(lr, beta1, beta2, eps, weight_decay, amsgrad, maximize)) { }
    }
}
