using System.Collections.Immutable;

namespace VlmQ.Core.Imaging;

/// <summary>
/// A character as the middle lines of its strokes. Lengths are hundredths of an em; points are in the glyph's own frame, see
/// <see cref="StrokeFont"/>.
/// </summary>
/// <param name="Advance">From this character to the next, at regular weight.</param>
/// <param name="Left">From the pen to the ink.</param>
/// <param name="Right">From the ink to the next pen.</param>
/// <param name="IsLower">Whether height 1 is the top of the letter x instead of that of the capitals.</param>
/// <param name="Segments">The straight pieces; round strokes are cut into enough of them.</param>
internal sealed record StrokeGlyph(double Advance, double Left, double Right, bool IsLower, ImmutableArray<StrokeSegment> Segments);
