namespace VlmQ.Collection;

/// <summary>What the environment does where a reply names no action. The reply earns its penalty either way.</summary>
public enum InvalidReplyRule
{
    /// <summary>A step passes and nothing moves.</summary>
    NoOp,

    /// <summary>A uniformly random action is taken, as RL4VLM does, and its reward is added to the penalty.</summary>
    Random,
}
