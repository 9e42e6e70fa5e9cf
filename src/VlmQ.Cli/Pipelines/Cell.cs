using VlmQ.Cli.Configuration;

namespace VlmQ.Cli.Pipelines;

/// <summary>One repetition of a pipeline's data: a data set under a seed.</summary>
internal sealed record Cell(DataConfiguration Data, long Seed)
{
    public string Name => $"{Data.Name}, seed {Seed}";
}
