namespace VlmQ.Core.Environments.BabyAi.Missions;

/// <summary>What a verifier says after a step.</summary>
public enum Verdict : byte
{
    /// <summary>Neither done nor failed.</summary>
    Continue,

    /// <summary>Done.</summary>
    Success,

    /// <summary>Failed; only strict clauses and sequences can.</summary>
    Failure,
}
