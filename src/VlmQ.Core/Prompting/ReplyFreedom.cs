namespace VlmQ.Core.Prompting;

/// <summary>What a model may write beside the action where it is held to the environment's actions.</summary>
public enum ReplyFreedom
{
    /// <summary>Nothing: a reply is the action as <see cref="ReplyFormat"/> writes it.</summary>
    None,

    /// <summary>Free text under the key <c>thoughts</c> of the JSON object, in front of the action.</summary>
    Thoughts,
}
