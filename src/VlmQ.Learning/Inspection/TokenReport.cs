namespace VlmQ.Learning;

/// <summary>What the model thinks of one reply token.</summary>
/// <param name="TokenId">The token.</param>
/// <param name="Probability">π(a|s).</param>
/// <param name="Value">Q(s,a), the mean of the critics.</param>
/// <param name="StateValue">V(s) = Σ_b π(b|s)·Q(s,b).</param>
/// <param name="Weight">f(A): 0 where the filter drops the token.</param>
public sealed record TokenReport(int TokenId, float Probability, float Value, float StateValue, float Weight)
{
    /// <summary>A(s,a) = Q(s,a) − V(s).</summary>
    public float Advantage => Value - StateValue;
}
