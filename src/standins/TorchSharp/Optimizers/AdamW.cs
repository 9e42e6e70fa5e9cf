using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Adam with decoupled weight decay (Loshchilov and Hutter, 2019). One native call a group does the whole step.</summary>
public sealed class AdamW : OptimizerHelper
{
    private readonly Options _defaults;

    internal AdamW(
        IEnumerable<ParamGroup> groups, double lr, double beta1, double beta2, double eps, double weight_decay, bool amsgrad, bool maximize)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(lr);
        ArgumentOutOfRangeException.ThrowIfNegative(eps);
        ArgumentOutOfRangeException.ThrowIfNegative(weight_decay);
        foreach (var beta in (ReadOnlySpan<double>)[beta1, beta2])
        {
            ArgumentOutOfRangeException.ThrowIfNegative(beta);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(beta, 1);
        }

        _defaults = new Options
        {
            LearningRate = lr, beta1 = beta1, beta2 = beta2, eps = eps, weight_decay = weight_decay, amsgrad = amsgrad, maximize = maximize,
        };
        foreach (var group in groups)
        {
            add_param_group(group);
        }
    }

    public override void add_param_group(optim.ParamGroup param_group)
    {
        if (param_group is not ParamGroup { Options: var options })
        {
            throw new ArgumentException("The group is one of another optimizer.", nameof(param_group));
        }

        options.LearningRate ??= _defaults.LearningRate;
        options.InitialLearningRate ??= options.LearningRate;
        options.beta1 ??= _defaults.beta1;
        options.beta2 ??= _defaults.beta2;
        options.eps ??= _defaults.eps;
        options.weight_decay ??= _defaults.weight_decay;
        options.amsgrad ??= _defaults.amsgrad;
        options.maximize ??= _defaults.maximize;
        base.add_param_group(param_group);
    }

    public override Tensor step(Func<Tensor>? closure = null)
    {
        var loss = Evaluate(closure);
        foreach (var group in Groups)
        {
            var options = ((ParamGroup)group).Options;
            StateOf(group).Step(new AdamSettings
            {
                LearningRate = options.LearningRate!.Value,
                Beta1 = options.beta1!.Value,
                Beta2 = options.beta2!.Value,
                Epsilon = options.eps!.Value,
                WeightDecay = options.weight_decay!.Value,
                Decoupled = 1,
                AmsGrad = options.amsgrad!.Value ? 1 : 0,
                Maximize = options.maximize!.Value ? 1 : 0,
            });
        }

        return loss;
    }

    public override void to(Device device) => Groups.ForEach(group => StateOf(group).To(device));

    protected override void Dispose(bool disposing) => Groups.ForEach(group => (group.State as AdamState)?.Dispose());

    private protected override void SaveGroup(BinaryWriter writer, optim.ParamGroup group)
    {
        var options = ((ParamGroup)group).Options;
        writer.Write(options.LearningRate!.Value);
        writer.Write(options.InitialLearningRate!.Value);
        writer.Write(options.beta1!.Value);
        writer.Write(options.beta2!.Value);
        writer.Write(options.eps!.Value);
        writer.Write(options.weight_decay!.Value);
        writer.Write(options.amsgrad!.Value);
        writer.Write(options.maximize!.Value);
        StateOf(group).Save(writer, WriteState);
    }

    private protected override void LoadGroup(BinaryReader reader, optim.ParamGroup group)
    {
        var options = ((ParamGroup)group).Options;
        options.LearningRate = reader.ReadDouble();
        options.InitialLearningRate = reader.ReadDouble();
        options.beta1 = reader.ReadDouble();
        options.beta2 = reader.ReadDouble();
        options.eps = reader.ReadDouble();
        options.weight_decay = reader.ReadDouble();
        options.amsgrad = reader.ReadBoolean();
        options.maximize = reader.ReadBoolean();
        ReadCount(reader, group.Parameters.Count());
        StateOf(group).Load(reader, ReadState);
    }

    private static AdamState StateOf(optim.ParamGroup group)
    {
        if (group.State is AdamState state && state.IsFor(group.Parameters))
        {
            return state;
        }

        (group.State as AdamState)?.Dispose();
        var made = new AdamState(group.Parameters);
        group.State = made;
        return made;
    }

    /// <summary>Options; null takes the optimizer's default.</summary>
    public sealed class Options : OptimizerOptions
    {
        public double? beta1;
        public double? beta2;
        public double? weight_decay;
        public double? eps;
        public bool? amsgrad;
        public bool? maximize;
    }

    /// <summary>Parameters with options of their own.</summary>
    public sealed class ParamGroup : optim.ParamGroup<Options>
    {
        public ParamGroup(IEnumerable<Parameter> parameters, Options options)
            : base(parameters, options)
        {
        }

        public ParamGroup(
            IEnumerable<Parameter> parameters, double lr = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8,
            double weight_decay = 0, bool amsgrad = false, bool maximize = false)
            : base(parameters, new Options
            {
                LearningRate = lr, beta1 = beta1, beta2 = beta2, eps = eps, weight_decay = weight_decay, amsgrad = amsgrad, maximize = maximize,
            })
        {
        }
    }
}
