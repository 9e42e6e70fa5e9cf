namespace VlmQ.Datasets.Conversion;

/// <summary>What a conversion would do.</summary>
/// <param name="Source">The episodes' folder.</param>
/// <param name="Target">The transitions' folder.</param>
/// <param name="Episodes">Episodes of the source.</param>
/// <param name="Turns">Their turns.</param>
/// <param name="Done">Episodes that an earlier run has dealt with.</param>
/// <param name="Complete">Nothing is left to do.</param>
public sealed record ConversionPlan(string Source, string Target, long Episodes, long Turns, long Done, bool Complete);
