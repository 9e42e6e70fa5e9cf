namespace VlmQ.Core.Environments.BabyAi.Levels;

/// <summary>The kinds of clauses that a generator draws from.</summary>
internal enum ClauseKind
{
    GoTo,
    PickUp,
    Open,
    PutNext,
}
