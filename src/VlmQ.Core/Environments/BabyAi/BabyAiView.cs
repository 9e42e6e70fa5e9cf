namespace VlmQ.Core.Environments.BabyAi;

/// <summary>Which picture an observation holds.</summary>
public enum BabyAiView
{
    /// <summary>The 7 × 7 cells that the agent sees, as it sees them.</summary>
    Agent,

    /// <summary>The whole grid.</summary>
    Full,
}
