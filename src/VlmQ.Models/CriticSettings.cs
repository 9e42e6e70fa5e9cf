using VlmQ.Core.Randomness;

namespace VlmQ.Models;

/// <summary>The critic heads that a model is given.</summary>
/// <param name="Critics">K, at least 1.</param>
/// <param name="InnerWidth">Inner width of a head; 0: the width of the hidden states.</param>
/// <param name="Support">The centres of classifying critics; null: a critic puts out values.</param>
/// <param name="Behavior">Whether a head beside them learns which tokens the data show in a state.</param>
/// <param name="InitialValue">Every Q at the start, with output weights zero; null: small random output weights around 0.</param>
public sealed record CriticSettings(
    int Critics = 2,
    int InnerWidth = 0,
    CriticSupport? Support = null,
    bool Behavior = false,
    double? InitialValue = -3
)
{
    /// <summary>The heads with their start.</summary>
    /// <param name="width">d, of the hidden states.</param>
    /// <param name="vocabulary">V.</param>
    /// <param name="key">Starts the weights.</param>
    internal CriticEnsemble Build(int width, int vocabulary, RandomKey key)
    {
        CriticEnsemble critics = new(Critics, width, InnerWidth == 0 ? width : InnerWidth, vocabulary, Support, Behavior);
        critics.Initialize((name, weight) => CriticEnsemble.Fill(name, weight, key), InitialValue);
        return critics;
    }
}
