using VlmQ.Datasets.Reading;
using VlmQ.Datasets.Transitions;

namespace VlmQ.Datasets.Streaming;

/// <summary>A dataset of a stream.</summary>
public sealed record StreamSource
{
    /// <param name="reader">The dataset.</param>
    /// <param name="weight">Its share of the windows among the stream's datasets; positive and finite; they need not add up to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The weight is not.</exception>
    public StreamSource(DatasetReader<TransitionEpisode> reader, double weight = 1)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(weight);
        if (!double.IsFinite(weight))
        {
            throw new ArgumentOutOfRangeException(nameof(weight), weight, "A weight is finite.");
        }
        Reader = reader;
        Weight = weight;
    }

    /// <summary>The dataset.</summary>
    public DatasetReader<TransitionEpisode> Reader { get; }

    /// <summary>Its share of the windows among the stream's datasets.</summary>
    public double Weight { get; }

    /// <summary>
    /// Whether parts that a writer adds are read from the pass on that begins after they were added. Where they should come sooner, stream
    /// the new episodes as a dataset of their own, whose passes are short, and mix it with the old one.
    /// </summary>
    public bool Follow { get; init; }
}
