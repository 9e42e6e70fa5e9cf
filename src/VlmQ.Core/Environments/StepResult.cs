namespace VlmQ.Core.Environments;

/// <summary>What one action did.</summary>
/// <param name="State">The state after it.</param>
/// <param name="Reward">The environment's reward; 0 where no action was given.</param>
/// <param name="Terminated">The environment ended.</param>
/// <param name="Truncated">The environment's own step limit was reached.</param>
public sealed record StepResult(EnvironmentState State, float Reward, bool Terminated, bool Truncated);
