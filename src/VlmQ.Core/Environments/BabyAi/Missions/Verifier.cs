using System.Collections.Immutable;
using VlmQ.Core.Environments.BabyAi.World;

namespace VlmQ.Core.Environments.BabyAi.Missions;

/// <summary>
/// Checks an instruction step by step (environments.md §5.3–5.5). It has no state of its own: how far the instruction has come is a word
/// of bits that each check takes and gives back, 0 at the start. A clause has one bit, whether it was ever checked: its memory of the hand
/// at its previous check is then the hand before the step, and nothing otherwise. An "and" has a bit for each side that is done, a
/// sequence one for its first part.
/// </summary>
public sealed class Verifier
{
    private const int WordBits = 32;

    private readonly Node _root;

    /// <param name="instruction">What to check.</param>
    /// <param name="match">What a descriptor matched at the start.</param>
    /// <exception cref="ArgumentException">The instruction has more parts than a word has bits.</exception>
    public Verifier(Instruction instruction, Func<Descriptor, MatchedObjects> match)
    {
        List<(Descriptor, MatchedObjects)> targets = [];
        int bits = 0;
        _root = Build(instruction, match, targets, ref bits);
        if (bits > WordBits)
        {
            throw new ArgumentException("The instruction has too many parts.", nameof(instruction));
        }
        Targets = [.. targets];
    }

    /// <summary>The descriptors, in the order of the words, each with what it matched; tracked places have the same order.</summary>
    public ImmutableArray<(Descriptor Descriptor, MatchedObjects Matched)> Targets { get; }

    /// <summary>Checks a step.</summary>
    /// <param name="step">The action and the world after it.</param>
    /// <param name="progress">How far the instruction had come; becomes how far it has.</param>
    public Verdict Verify(in VerifiedStep step, ref uint progress) => _root.Verify(step, ref progress);

    /// <summary>The clauses that can be worked on now, in the order of the words.</summary>
    /// <param name="progress">How far the instruction has come.</param>
    public ImmutableArray<OpenClause> OpenClauses(uint progress)
    {
        ImmutableArray<OpenClause>.Builder open = ImmutableArray.CreateBuilder<OpenClause>();
        _root.AddOpen(progress, open);
        return open.ToImmutable();
    }

    private static Node Build(
        Instruction instruction,
        Func<Descriptor, MatchedObjects> match,
        List<(Descriptor, MatchedObjects)> targets,
        ref int bits
    )
    {
        switch (instruction)
        {
            case Instruction.Clause clause:
                int first = targets.Count;
                foreach (Descriptor descriptor in DescriptorsOf(clause))
                {
                    targets.Add((descriptor, match(descriptor)));
                }
                return new ClauseNode(clause, first, [.. targets.Skip(first).Select(target => target.Item2)], 1u << bits++);
            case Instruction.And and:
                (uint doneA, uint doneB) = (1u << bits++, 1u << bits++);
                Node a = Build(and.A, match, targets, ref bits);
                return new AndNode(a, Build(and.B, match, targets, ref bits), doneA, doneB);
            case Instruction.Before before:
                uint firstDone = 1u << bits++;
                Node earlier = Build(before.A, match, targets, ref bits);
                return new SequenceNode(earlier, Build(before.B, match, targets, ref bits), before.Strict, firstDone);
            case Instruction.After after:
                uint secondDone = 1u << bits++;
                Node later = Build(after.A, match, targets, ref bits);
                return new SequenceNode(Build(after.B, match, targets, ref bits), later, after.Strict, secondDone);
            default:
                throw new ArgumentException("Not an instruction.", nameof(instruction));
        }
    }

    private static Descriptor[] DescriptorsOf(Instruction.Clause clause) =>
        clause switch
        {
            Instruction.GoTo(var target) => [target],
            Instruction.Open(var target, _) => [target],
            Instruction.PickUp(var target, _) => [target],
            Instruction.PutNext(var moved, var stays, _) => [moved, stays],
            _ => throw new ArgumentException("Not a clause.", nameof(clause)),
        };

    private abstract class Node
    {
        public abstract Verdict Verify(in VerifiedStep step, ref uint progress);

        public abstract void AddOpen(uint progress, ImmutableArray<OpenClause>.Builder open);
    }

    private sealed class ClauseNode(Instruction.Clause clause, int firstTarget, ImmutableArray<MatchedObjects> matched, uint checkedBit)
        : Node
    {
        public override Verdict Verify(in VerifiedStep step, ref uint progress)
        {
            int remembered = (progress & checkedBit) == 0 ? 0 : step.HandBefore;
            progress |= checkedBit;
            return clause switch
            {
                Instruction.GoTo => step.Front >= 0 && step.Tracked[firstTarget].Contains(step.Front) ? Verdict.Success : Verdict.Continue,
                Instruction.Open(_, var strict) => Open(step, strict),
                Instruction.PickUp(_, var strict) => PickUp(step, strict, remembered),
                Instruction.PutNext(_, _, var strict) => PutNext(step, strict, remembered),
                _ => throw new InvalidOperationException(),
            };
        }

        public override void AddOpen(uint progress, ImmutableArray<OpenClause>.Builder open) =>
            open.Add(new OpenClause(clause, firstTarget, matched, (progress & checkedBit) != 0));

        private Verdict Open(in VerifiedStep step, bool strict)
        {
            if (step.Action != BabyAiAction.Toggle || step.FrontCell.Type != ObjectType.Door)
            {
                return Verdict.Continue;
            }
            bool opened = step.FrontCell.State == DoorState.Open && matched[0].Contains(step.FrontCell.Number);
            return opened ? Verdict.Success
                : strict ? Verdict.Failure
                : Verdict.Continue;
        }

        private Verdict PickUp(in VerifiedStep step, bool strict, int remembered)
        {
            if (step.Action != BabyAiAction.PickUp)
            {
                return Verdict.Continue;
            }
            return remembered == 0 && matched[0].Contains(step.HandAfter) ? Verdict.Success
                : strict && step.HandAfter != 0 ? Verdict.Failure
                : Verdict.Continue;
        }

        private Verdict PutNext(in VerifiedStep step, bool strict, int remembered)
        {
            if (strict && step.Action == BabyAiAction.PickUp && step.HandAfter != 0)
            {
                return Verdict.Failure;
            }
            // What was in the hand and is no longer lies in front; a carried object is next to nothing.
            bool dropped = step.Action == BabyAiAction.Drop && remembered != 0 && step.HandAfter == 0;
            return dropped && matched[0].Contains(remembered) && step.Tracked[firstTarget + 1].HasNeighborOf(step.Grid, step.Front)
                ? Verdict.Success
                : Verdict.Continue;
        }
    }

    private sealed class AndNode(Node a, Node b, uint doneA, uint doneB) : Node
    {
        public override Verdict Verify(in VerifiedStep step, ref uint progress)
        {
            // A side that fails just has not succeeded.
            if ((progress & doneA) == 0 && a.Verify(step, ref progress) == Verdict.Success)
            {
                progress |= doneA;
            }
            if ((progress & doneB) == 0 && b.Verify(step, ref progress) == Verdict.Success)
            {
                progress |= doneB;
            }
            return (progress & doneA) != 0 && (progress & doneB) != 0 ? Verdict.Success : Verdict.Continue;
        }

        public override void AddOpen(uint progress, ImmutableArray<OpenClause>.Builder open)
        {
            if ((progress & doneA) == 0)
            {
                a.AddOpen(progress, open);
            }
            if ((progress & doneB) == 0)
            {
                b.AddOpen(progress, open);
            }
        }
    }

    private sealed class SequenceNode(Node first, Node second, bool strict, uint firstDone) : Node
    {
        public override Verdict Verify(in VerifiedStep step, ref uint progress)
        {
            if ((progress & firstDone) == 0)
            {
                switch (first.Verify(step, ref progress))
                {
                    case Verdict.Failure:
                        return Verdict.Failure;
                    case Verdict.Success:
                        progress |= firstDone;
                        break;
                    default:
                        bool early = strict && second.Verify(step, ref progress) == Verdict.Success;
                        return early ? Verdict.Failure : Verdict.Continue;
                }
            }
            return second.Verify(step, ref progress);
        }

        public override void AddOpen(uint progress, ImmutableArray<OpenClause>.Builder open) =>
            ((progress & firstDone) == 0 ? first : second).AddOpen(progress, open);
    }
}
