using System.Text.Json;
using VlmQ.Core.Sampling;

namespace VlmQ.Cli.Pipelines.Stages;

/// <summary>What a checkpoint keeps beside weights and optimizer: where the data stream stands, and the CPU time used so far.</summary>
internal sealed record TrainState(int Epoch, long Window, double CpuSeconds)
{
    public SamplerPosition Position => new(Epoch, Window);

    public override string ToString() => JsonSerializer.Serialize(this);

    public static TrainState Parse(string text) =>
        text.Length == 0 ? new TrainState(0, 0, 0) : JsonSerializer.Deserialize<TrainState>(text) ?? new TrainState(0, 0, 0);
}
