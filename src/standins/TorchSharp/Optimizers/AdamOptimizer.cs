using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>What Adam and AdamW share: all but where the weight decay goes. One native call a group does the whole step.</summary>
public abstract class AdamOptimizer : OptimizerHelper
{
    private readonly AdamOptions _defaults;
    private readonly bool _decoupled;

    private protected AdamOptimizer(IEnumerable<optim.ParamGroup> groups, AdamOptions defaults, bool decoupled)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(defaults.LearningRate!.Value);
        ArgumentOutOfRangeException.ThrowIfNegative(defaults.eps!.Value);
        ArgumentOutOfRangeException.ThrowIfNegative(defaults.weight_decay!.Value);
        foreach (var beta in (ReadOnlySpan<double>)[defaults.beta1!.Value, defaults.beta2!.Value])
        {
            ArgumentOutOfRangeException.ThrowIfNegative(beta);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(beta, 1);
        }

        _defaults = defaults;
        _decoupled = decoupled;
        foreach (var group in groups)
        {
            add_param_group(group);
        }
    }

    public override void add_param_group(optim.ParamGroup param_group)
    {
        if (param_group.Options.GetType() != _defaults.GetType())
        {
            throw new ArgumentException("The group is one of another optimizer.", nameof(param_group));
        }

        OptionsOf(param_group).TakeMissing(_defaults);
        base.add_param_group(param_group);
    }

    public override Tensor step(Func<Tensor>? closure = null)
    {
        var loss = Evaluate(closure);
        foreach (var group in Groups)
        {
            StateOf(group).Step(OptionsOf(group).Settings(_decoupled));
        }

        return loss;
    }

    public override void to(Device device) => Groups.ForEach(group => StateOf(group).To(device));

    protected override void Dispose(bool disposing) => Groups.ForEach(group => (group.State as AdamState)?.Dispose());

    private protected override void SaveGroup(BinaryWriter writer, optim.ParamGroup group)
    {
        OptionsOf(group).Save(writer);
        StateOf(group).Save(writer, WriteState);
    }

    private protected override void LoadGroup(BinaryReader reader, optim.ParamGroup group)
    {
        OptionsOf(group).Load(reader);
        ReadCount(reader, group.Parameters.Count());
        StateOf(group).Load(reader, ReadState);
    }

    private static AdamOptions OptionsOf(optim.ParamGroup group) => (AdamOptions)group.Options;

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
}
