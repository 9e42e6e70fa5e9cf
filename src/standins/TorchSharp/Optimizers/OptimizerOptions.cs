namespace TorchSharp.Modules;

/// <summary>Options that every optimizer has; null takes the optimizer's default.</summary>
public class OptimizerOptions
{
    public double? LearningRate { get; set; }

    public double? InitialLearningRate { get; set; }
}
