using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Stochastic gradient descent, with momentum if asked for.</summary>
public sealed unsafe class SGD : OptimizerHelper
{
    private readonly Options _defaults;

    internal SGD(
        IEnumerable<ParamGroup> groups,
        double learningRate,
        double momentum,
        double dampening,
        double weight_decay,
        bool nesterov,
        bool maximize
    )
    {
        ArgumentOutOfRangeException.ThrowIfNegative(learningRate);
        ArgumentOutOfRangeException.ThrowIfNegative(momentum);
        ArgumentOutOfRangeException.ThrowIfNegative(weight_decay);
        _defaults = new Options
        {
            LearningRate = learningRate,
            momentum = momentum,
            dampening = dampening,
            weight_decay = weight_decay,
            nesterov = nesterov,
            maximize = maximize,
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
        options.momentum ??= _defaults.momentum;
        options.dampening ??= _defaults.dampening;
        options.weight_decay ??= _defaults.weight_decay;
        options.nesterov ??= _defaults.nesterov;
        options.maximize ??= _defaults.maximize;
        if (options.nesterov!.Value && (options.momentum <= 0 || options.dampening != 0))
        {
            throw new ArgumentException("Nesterov momentum needs a momentum and no dampening.", nameof(param_group));
        }

        base.add_param_group(param_group);
    }

    public override Tensor step(Func<Tensor>? closure = null)
    {
        var loss = Evaluate(closure);
        foreach (var group in Groups)
        {
            Step((ParamGroup)group);
        }

        return loss;
    }

    public override void to(Device device)
    {
        foreach (var momenta in Groups.Select(StateOf))
        {
            for (var i = 0; i < momenta.Length; i++)
            {
                using var before = momenta[i];
                momenta[i] = before?.to(device, copy: true).DetachFromDisposeScope();
            }
        }
    }

    protected override void Dispose(bool disposing)
    {
        foreach (var momentum in Groups.SelectMany(group => group.State as Tensor?[] ?? []))
        {
            momentum?.Dispose();
        }
    }

    private protected override void SaveGroup(BinaryWriter writer, optim.ParamGroup group)
    {
        var options = ((ParamGroup)group).Options;
        writer.Write(options.LearningRate!.Value);
        writer.Write(options.InitialLearningRate!.Value);
        writer.Write(options.momentum!.Value);
        writer.Write(options.dampening!.Value);
        writer.Write(options.weight_decay!.Value);
        writer.Write(options.nesterov!.Value);
        writer.Write(options.maximize!.Value);
        var momenta = StateOf(group);
        writer.Write7BitEncodedInt(momenta.Length);
        Array.ForEach(momenta, momentum => WriteState(writer, momentum));
    }

    private protected override void LoadGroup(BinaryReader reader, optim.ParamGroup group)
    {
        var options = ((ParamGroup)group).Options;
        options.LearningRate = reader.ReadDouble();
        options.InitialLearningRate = reader.ReadDouble();
        options.momentum = reader.ReadDouble();
        options.dampening = reader.ReadDouble();
        options.weight_decay = reader.ReadDouble();
        options.nesterov = reader.ReadBoolean();
        options.maximize = reader.ReadBoolean();
        Parameter[] parameters = [.. group.Parameters];
        var momenta = StateOf(group);
        var count = ReadCount(reader, parameters.Length);
        for (var i = 0; i < count; i++)
        {
            momenta[i]?.Dispose();
            momenta[i] = ReadState(reader, parameters[i]);
        }
    }

    private static Tensor?[] StateOf(optim.ParamGroup group)
    {
        if (group.State is not Tensor?[] state)
        {
            state = new Tensor?[group.Parameters.Count()];
            group.State = state;
        }

        return state;
    }

    private static void Step(ParamGroup group)
    {
        Parameter[] parameters = [.. group.Parameters];
        var momenta = StateOf(group);
        var states = Array.ConvertAll(momenta, momentum => momentum?.Handle ?? 0);
        var options = group.Options;
        fixed (
            nint* handles = Calls.Handles(parameters),
                statePointer = states
        )
        {
            NativeMethods.Checked(
                NativeMethods.ts_sgd_step(
                    options.LearningRate!.Value,
                    options.momentum!.Value,
                    options.dampening!.Value,
                    options.weight_decay!.Value,
                    options.nesterov!.Value ? 1 : 0,
                    options.maximize!.Value ? 1 : 0,
                    parameters.Length,
                    handles,
                    statePointer
                )
            );
        }

        for (var i = 0; i < states.Length; i++)
        {
            if (momenta[i] is null && states[i] != 0)
            {
                momenta[i] = new Tensor(states[i]).DetachFromDisposeScope();
            }
        }

        GC.KeepAlive(parameters);
    }

    /// <summary>Options; null takes the optimizer's default.</summary>
    public sealed class Options : OptimizerOptions
    {
        public double? momentum;
        public double? dampening;
        public double? weight_decay;
        public bool? nesterov;
        public bool? maximize;
    }

    /// <summary>Parameters with options of their own.</summary>
    public sealed class ParamGroup : optim.ParamGroup<Options>
    {
        public ParamGroup(IEnumerable<Parameter> parameters, Options options)
            : base(parameters, options) { }

        public ParamGroup(
            IEnumerable<Parameter> parameters,
            double lr = 1e-3,
            double momentum = 0.0,
            double dampening = 0,
            double weight_decay = 0,
            bool nesterov = false,
            bool maximize = false
        )
            : base(
                parameters,
                new Options
                {
                    LearningRate = lr,
                    momentum = momentum,
                    dampening = dampening,
                    weight_decay = weight_decay,
                    nesterov = nesterov,
                    maximize = maximize,
                }
            ) { }
    }
}
