using VlmQ.Datasets.Importing.Pictures;

namespace VlmQ.Datasets.Importing;

/// <summary>What was seen, with its picture still elsewhere.</summary>
/// <param name="Goal">The task in words.</param>
/// <param name="Text">The state in words, or what the user said.</param>
/// <param name="Picture">The picture; null where there is none.</param>
internal sealed record DraftObservation(string Goal, string Text, PictureReference? Picture);
