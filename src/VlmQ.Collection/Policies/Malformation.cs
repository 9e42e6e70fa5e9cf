namespace VlmQ.Collection.Policies;

/// <summary>A way in which a reply can be malformed.</summary>
public enum Malformation
{
    /// <summary>The reply ends too early.</summary>
    Cut,

    /// <summary>The key is written in other letter case.</summary>
    Case,

    /// <summary>Words before or after the JSON object.</summary>
    Chatter,

    /// <summary>A colon, quotation marks or a brace are missing.</summary>
    Json,

    /// <summary>An action that the environment does not have.</summary>
    Unknown,

    /// <summary>A code fence around the JSON object.</summary>
    Fence,

    /// <summary>Single quotation marks.</summary>
    Quotes,

    /// <summary>A comma before the closing brace.</summary>
    Comma,
}
