namespace TorchSharp.Modules;

/// <summary>Options of Adam and AdamW; null takes the optimizer's default.</summary>
public abstract class AdamOptions : OptimizerOptions
{
    public double? beta1;
    public double? beta2;
    public double? weight_decay;
    public double? eps;
    public bool? amsgrad;
    public bool? maximize;

    private protected AdamOptions() { }

    internal void TakeMissing(AdamOptions defaults)
    {
        LearningRate ??= defaults.LearningRate;
        InitialLearningRate ??= LearningRate;
        beta1 ??= defaults.beta1;
        beta2 ??= defaults.beta2;
        weight_decay ??= defaults.weight_decay;
        eps ??= defaults.eps;
        amsgrad ??= defaults.amsgrad;
        maximize ??= defaults.maximize;
    }

    /// <summary>The options of a group that has joined an optimizer, where none is missing.</summary>
    internal AdamSettings Settings(bool decoupled) =>
        new()
        {
            LearningRate = LearningRate!.Value,
            Beta1 = beta1!.Value,
            Beta2 = beta2!.Value,
            Epsilon = eps!.Value,
            WeightDecay = weight_decay!.Value,
            Decoupled = decoupled ? 1 : 0,
            AmsGrad = amsgrad!.Value ? 1 : 0,
            Maximize = maximize!.Value ? 1 : 0,
        };

    internal void Save(BinaryWriter writer)
    {
        writer.Write(LearningRate!.Value);
        writer.Write(InitialLearningRate!.Value);
        writer.Write(beta1!.Value);
        writer.Write(beta2!.Value);
        writer.Write(eps!.Value);
        writer.Write(weight_decay!.Value);
        writer.Write(amsgrad!.Value);
        writer.Write(maximize!.Value);
    }

    internal void Load(BinaryReader reader)
    {
        LearningRate = reader.ReadDouble();
        InitialLearningRate = reader.ReadDouble();
        beta1 = reader.ReadDouble();
        beta2 = reader.ReadDouble();
        eps = reader.ReadDouble();
        weight_decay = reader.ReadDouble();
        amsgrad = reader.ReadBoolean();
        maximize = reader.ReadBoolean();
    }
}
