namespace VlmQ.Cli.Pipelines.Stages;

/// <summary>What training came to.</summary>
/// <param name="Checkpoint">The folder of the last checkpoint.</param>
/// <param name="Steps">Updates done.</param>
/// <param name="CpuSeconds">CPU seconds of the whole process while training, data stages included, over all sittings.</param>
internal sealed record TrainOutcome(string Checkpoint, int Steps, double CpuSeconds);
