using System.Text.Json;
using VlmQ.Core.Episodes;
using VlmQ.Core.Sampling;

namespace VlmQ.Cli.Pipelines.Stages;

/// <summary>What a checkpoint keeps beside weights and optimizer: where the data stream stands, and the CPU time used so far.</summary>
internal sealed record TrainState(int Epoch, int Block, long Window, double CpuSeconds)
{
    public static TrainState Start { get; } = new(0, 0, 0, 0);

    public SamplerPosition Position => new(Epoch, Window, Block);

    public override string ToString() => JsonSerializer.Serialize(this);

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static Result<TrainState> Parse(string text, string checkpoint)
    {
        try
        {
            return JsonSerializer.Deserialize<TrainState>(text) is { Epoch: >= 0, Block: >= 0, Window: >= 0 } state
                ? state
                : Damaged(checkpoint);
        }
        catch (JsonException)
        {
            return Damaged(checkpoint);
        }
    }

    private static Fault Damaged(string checkpoint) =>
        Fault.Data("the checkpoint does not say where its data stood", checkpoint, "remove its folder to train again");
}
