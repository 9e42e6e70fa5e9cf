using System.Collections.Immutable;

namespace VlmQ.Core.Environments.BabyAi.Missions;

/// <summary>A clause that can be worked on now.</summary>
/// <param name="Clause">What to do.</param>
/// <param name="FirstTarget">The index of its first descriptor in <see cref="Verifier.Targets"/>.</param>
/// <param name="Matched">What its descriptors matched at the start.</param>
/// <param name="WasChecked">It was checked before, so that it remembers the hand; a drop at its first check never counts.</param>
public sealed record OpenClause(Instruction.Clause Clause, int FirstTarget, ImmutableArray<MatchedObjects> Matched, bool WasChecked);
