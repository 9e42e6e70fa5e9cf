using System.Text.Json.Serialization;

namespace VlmQ.Learning;

/// <summary>
/// What one step did. Means run over the reply tokens of the batch; quantities of critics are 0 in supervised fine-tuning.
/// </summary>
/// <param name="Step">Number of the step, from 1.</param>
/// <param name="Loss">actor + λ·critic.</param>
/// <param name="ActorLoss">Mean of −f(A)·log π(a|s).</param>
/// <param name="CriticLoss">Mean of ℓ(Qₖ(s,a), y).</param>
/// <param name="Kept">Share of tokens with f(A) above 0.</param>
/// <param name="Target">Mean of y.</param>
/// <param name="Advantage">Mean of A.</param>
/// <param name="Entropy">Mean entropy of π, in nats.</param>
/// <param name="GradientNorm">Norm of the gradient before it is clipped.</param>
/// <param name="LearningRate">Learning rate of the step.</param>
/// <param name="Turns">Trained turns in the batch.</param>
/// <param name="Tokens">Their reply tokens.</param>
/// <param name="OmittedProbability">
/// Mean share of π that <see cref="AfsftOptions.TopTokens"/> leaves out of expectations; null where nothing is.
/// </param>
/// <param name="ExpectationError">What that changes in state values: the mean distance over some positions; null as above.</param>
public sealed record StepMetrics(
    long Step,
    double Loss,
    double ActorLoss,
    double CriticLoss,
    double Kept,
    double Target,
    double Advantage,
    double Entropy,
    double GradientNorm,
    double LearningRate,
    int Turns,
    int Tokens,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? OmittedProbability = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? ExpectationError = null
);
