namespace VlmQ.Datasets.Inspection;

/// <summary>How often an action was taken.</summary>
/// <param name="Action">The action; null where the reply did not parse.</param>
/// <param name="Turns">Turns with it.</param>
/// <param name="Reward">Their mean reward.</param>
public sealed record ActionCount(string? Action, long Turns, double Reward);
