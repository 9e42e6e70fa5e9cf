namespace VlmQ.Datasets.Inspection;

/// <summary>The least, mean and greatest of some numbers.</summary>
/// <param name="Least">The least.</param>
/// <param name="Mean">The mean.</param>
/// <param name="Greatest">The greatest.</param>
public readonly record struct NumberRange(double Least, double Mean, double Greatest);
