using VlmQ.Core.Episodes;

namespace VlmQ.Collection;

/// <summary>How playing an episode ended.</summary>
/// <param name="Episode">The whole episode; null where it came to none.</param>
/// <param name="Fault">The policy's fault; null too where playing was stopped.</param>
internal readonly record struct PlayedEpisode(Episode? Episode, Fault? Fault = null);
