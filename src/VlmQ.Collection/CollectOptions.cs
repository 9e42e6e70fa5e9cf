using VlmQ.Core.Environments;
using VlmQ.Core.Episodes;
using VlmQ.Core.Prompting;

namespace VlmQ.Collection;

/// <summary>How episodes are collected.</summary>
public sealed record CollectOptions
{
    /// <summary>Everything random follows from it: episode i is a function of the seed and i alone.</summary>
    public long Seed { get; init; }

    /// <summary>The first episode's index; above 0 where earlier ones have been collected already.</summary>
    public long FirstEpisode { get; init; }

    /// <summary>Stops after so many episodes; null: no such limit.</summary>
    public long? Episodes { get; init; }

    /// <summary>Stops before the first episode with which there would be more turns than this; null: no such limit.</summary>
    public long? Turns { get; init; }

    /// <summary>Episodes whose turns make a batch, for a policy that answers in batches; at least 1. Changes no result.</summary>
    public int Lanes { get; init; } = 32;

    /// <summary>
    /// Threads that step environments; at least 1. A policy that does not answer in batches plays so many episodes at once. Changes no
    /// result.
    /// </summary>
    public int Workers { get; init; } = 1;

    /// <summary>What a reply that does not parse earns, added to the reward of the action in its place, if there is one.</summary>
    public float InvalidReplyReward { get; init; } = -1;

    /// <summary>What happens in the place of an action that a reply does not name.</summary>
    public InvalidReplyRule InvalidReplies { get; init; } = InvalidReplyRule.NoOp;

    /// <summary>How replies are read.</summary>
    public ActionParser Parser { get; init; } = ActionParser.Strict;

    /// <summary>What the policy is shown, and the episodes hold.</summary>
    public ObservationKind Observations { get; init; } = ObservationKind.Image;

    /// <summary>
    /// Is told of a fault of the policy; collecting then ends after the episodes that were finished before it. Null: the fault stops the
    /// flow at once.
    /// </summary>
    public Action<Fault>? PolicyFailed { get; init; }

    /// <summary>Ends collecting as a fault of the policy does, but without one: after the episodes that were finished before.</summary>
    public CancellationToken Stop { get; init; }

    /// <summary>An episode that the environment has not ended is cut after so many turns; at least 1. Gym Cards' outer limit.</summary>
    public int TurnLimit { get; init; } = 300;
}
