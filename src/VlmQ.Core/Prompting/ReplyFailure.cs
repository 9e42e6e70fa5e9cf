namespace VlmQ.Core.Prompting;

/// <summary>Why a reply gave no action; every reply that gives none has exactly one of these.</summary>
public enum ReplyFailure
{
    /// <summary>It says nothing.</summary>
    Empty,

    /// <summary>It holds no JSON object.</summary>
    NoJson,

    /// <summary>It holds something like a JSON object that the parser does not read.</summary>
    Malformed,

    /// <summary>It ends before its action does.</summary>
    Truncated,

    /// <summary>It is read, but nothing in it is called the action.</summary>
    NoActionField,

    /// <summary>Its action is an object, a list, a truth value or nothing, not words.</summary>
    ActionNotText,

    /// <summary>Its action is none of the environment's.</summary>
    UnknownAction,

    /// <summary>It names several actions where one is asked for.</summary>
    Ambiguous,
}
