using VlmQ.Core.Environments.BabyAi.Missions;
using VlmQ.Core.Environments.BabyAi.World;

namespace VlmQ.Core.Environments.BabyAi.Bot;

/// <summary>
/// Plays any level. It plans anew in every state, from the state alone: it knows the whole grid (and what boxes hold), also what the agent
/// has not seen, so that its ways are shorter than those of Minigrid's bot, which explores.
/// </summary>
/// <remarks>
/// The first clause that is left to do gives targets to face. On the cheapest way there, the first hurdle comes first: a locked door sends
/// for its key, an object in the way is taken and put aside, and a hand that is needed otherwise is emptied. Each of these is again a
/// target to face.
/// </remarks>
public static class BabyAiExpert
{
    /// <summary>The next action; <see cref="BabyAiAction.Done"/> where it knows no way.</summary>
    /// <param name="state">A state that has not ended.</param>
    public static BabyAiAction Advise(BabyAiState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        foreach (OpenClause clause in state.Task.Verifier.OpenClauses(state.Progress))
        {
            if (new ClausePlan(state, clause).NextAction() is { } action)
            {
                return action;
            }
        }
        return BabyAiAction.Done;
    }
}
