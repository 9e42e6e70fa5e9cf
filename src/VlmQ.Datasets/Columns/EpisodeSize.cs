namespace VlmQ.Datasets.Columns;

/// <summary>What an episode takes up in a part.</summary>
/// <param name="Rows">Rows, the final observation included.</param>
/// <param name="Turns">Rows with a reply.</param>
/// <param name="Bytes">Bytes before compression, about; a pure function of the episode.</param>
internal readonly record struct EpisodeSize(int Rows, int Turns, long Bytes);
