namespace VlmQ.Core.Imaging;

/// <summary>A straight piece of a stroke's middle line.</summary>
internal readonly record struct StrokeSegment(double X0, double Y0, double X1, double Y1);
