using VlmQ.Collection.Policies;

namespace VlmQ.Cli.Pipelines.Stages;

/// <summary>Who plays in an evaluation.</summary>
/// <param name="Name">What tables call it: <c>greedy</c> or <c>sample</c> for a trained model, otherwise the policy's name.</param>
/// <param name="Policy">Who replies.</param>
internal sealed record Player(string Name, IPolicy Policy)
{
    /// <summary>A trained model.</summary>
    public bool IsModel { get; init; }

    /// <summary>Plays a start in the same way each time, so that it need be played only once.</summary>
    public bool Greedy { get; init; }

    /// <summary>Episodes that are played side by side.</summary>
    public int Lanes { get; init; } = 64;
}
