namespace VlmQ.Datasets.Tokenization;

/// <summary>The ids that the program itself needs.</summary>
/// <param name="Pad">Fills a row.</param>
/// <param name="Begin">Begins a text; null where none does.</param>
/// <param name="End">Ends a reply.</param>
/// <param name="Image">Stands for a picture.</param>
internal sealed record SpecialTokens(int Pad, int? Begin, int End, int Image);
