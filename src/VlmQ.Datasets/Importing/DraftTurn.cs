namespace VlmQ.Datasets.Importing;

/// <summary>A turn of an <see cref="EpisodeDraft"/>.</summary>
/// <param name="Observation">What was seen.</param>
/// <param name="Reply">What was answered.</param>
/// <param name="Action">The action; null where the source names none.</param>
/// <param name="Reward">What the turn earned, where the source says so.</param>
/// <param name="Info">A JSON object.</param>
internal sealed record DraftTurn(DraftObservation Observation, string Reply, string? Action, double? Reward, string Info);
