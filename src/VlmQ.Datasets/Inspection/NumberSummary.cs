namespace VlmQ.Datasets.Inspection;

/// <summary>The distribution of a number.</summary>
/// <param name="Name">What the number is.</param>
/// <param name="Count">How many there were.</param>
/// <param name="Mean">The mean.</param>
/// <param name="Deviation">The standard deviation of the population.</param>
/// <param name="Least">The least.</param>
/// <param name="Tenth">The 10th percentile, from a random sample where there were more than 65,536.</param>
/// <param name="Median">The median, likewise.</param>
/// <param name="Ninetieth">The 90th percentile, likewise.</param>
/// <param name="Greatest">The greatest.</param>
public sealed record NumberSummary(
    string Name,
    long Count,
    double Mean,
    double Deviation,
    double Least,
    double Tenth,
    double Median,
    double Ninetieth,
    double Greatest
);
