using VlmQ.Core.Environments.BabyAi.World;

namespace VlmQ.Core.Environments.BabyAi.Missions;

/// <summary>What the agent is told to do.</summary>
public abstract record Instruction
{
    private Instruction() { }

    /// <summary>How many walks it takes, roughly: two for a put, one for every other clause. It scales the step limit.</summary>
    public abstract int Navigations { get; }

    /// <summary>One thing to do.</summary>
    public abstract record Clause : Instruction
    {
        private protected Clause() { }

        /// <inheritdoc/>
        public override int Navigations => 1;
    }

    /// <summary>Stand in front of one of the objects.</summary>
    /// <param name="Target">The objects.</param>
    public sealed record GoTo(Descriptor Target) : Clause;

    /// <summary>Open one of the doors.</summary>
    /// <param name="Target">The doors; the type is <see cref="ObjectType.Door"/>.</param>
    /// <param name="Strict">Toggling a door without that success is a failure.</param>
    public sealed record Open(Descriptor Target, bool Strict = false) : Clause;

    /// <summary>Pick one of the objects up.</summary>
    /// <param name="Target">The objects; no doors.</param>
    /// <param name="Strict">Ending a pick-up with anything else in the hand is a failure.</param>
    public sealed record PickUp(Descriptor Target, bool Strict = false) : Clause;

    /// <summary>Put one of the first objects down beside one of the second.</summary>
    /// <param name="Moved">The objects to move; no doors.</param>
    /// <param name="Fixed">The objects to put one beside.</param>
    /// <param name="Strict">Any pick-up is a failure.</param>
    public sealed record PutNext(Descriptor Moved, Descriptor Fixed, bool Strict = false) : Clause
    {
        /// <inheritdoc/>
        public override int Navigations => 2;
    }

    /// <summary>Two parts.</summary>
    /// <param name="A">The part named first.</param>
    /// <param name="B">The part named second.</param>
    public abstract record Pair(Instruction A, Instruction B) : Instruction
    {
        /// <inheritdoc/>
        public override int Navigations => A.Navigations + B.Navigations;
    }

    /// <summary>Both, in any order.</summary>
    /// <param name="A">One.</param>
    /// <param name="B">The other.</param>
    public sealed record And(Instruction A, Instruction B) : Pair(A, B);

    /// <summary>The first part, then the second.</summary>
    /// <param name="A">To do first.</param>
    /// <param name="B">To do second.</param>
    /// <param name="Strict">The second part done first is a failure.</param>
    public sealed record Before(Instruction A, Instruction B, bool Strict = false) : Pair(A, B);

    /// <summary>The part named first after the part named second.</summary>
    /// <param name="A">To do second.</param>
    /// <param name="B">To do first.</param>
    /// <param name="Strict">The part named first done first is a failure.</param>
    public sealed record After(Instruction A, Instruction B, bool Strict = false) : Pair(A, B);
}
