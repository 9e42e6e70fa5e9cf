using System.Text.Json;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Streaming;

namespace VlmQ.Cli.Pipelines.Stages;

/// <summary>What a checkpoint keeps beside weights and optimizer.</summary>
/// <param name="Position">Where the data stream stands; null before its first batch.</param>
/// <param name="CpuSeconds">CPU time used so far.</param>
internal sealed record TrainState(StreamPosition? Position, double CpuSeconds)
{
    public static TrainState Start { get; } = new(null, 0);

    public override string ToString() => JsonSerializer.Serialize(new Stored(Position?.ToString() ?? "", CpuSeconds));

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <param name="text">The text.</param>
    /// <param name="datasets">Datasets of the stream.</param>
    /// <param name="checkpoint">Where the text comes from, for the fault.</param>
    public static Result<TrainState> Parse(string text, int datasets, string checkpoint)
    {
        try
        {
            return JsonSerializer.Deserialize<Stored>(text) switch
            {
                { Position: "" } stored => new TrainState(null, stored.CpuSeconds),
                { Position: { } position } stored => StreamPosition
                    .Parse(position, checkpoint)
                    .Bind<TrainState>(parsed =>
                        parsed.Sources.Length == datasets ? new TrainState(parsed, stored.CpuSeconds) : Damaged(checkpoint)
                    ),
                _ => Damaged(checkpoint),
            };
        }
        catch (JsonException)
        {
            return Damaged(checkpoint);
        }
    }

    private static Fault Damaged(string checkpoint) =>
        Fault.Data("the checkpoint does not say where its data stood", checkpoint, "remove its folder to train again");

    private sealed record Stored(string? Position, double CpuSeconds);
}
