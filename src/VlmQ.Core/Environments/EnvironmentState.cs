namespace VlmQ.Core.Environments;

/// <summary>An environment's whole state, immutable. It can be built directly, so any recorded moment can be rebuilt.</summary>
public abstract record EnvironmentState;
