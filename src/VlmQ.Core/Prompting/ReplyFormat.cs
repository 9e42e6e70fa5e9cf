using System.Text.Encodings.Web;
using System.Text.Json;

namespace VlmQ.Core.Prompting;

/// <summary>How an action is written as a reply.</summary>
public static class ReplyFormat
{
    /// <summary>The action as the shortest reply that parses: <c>{"action": "+"}</c>.</summary>
    public static string Write(string action) =>
        // The strict encoder would write a plus sign as an escape.
        $$"""{"action": "{{JsonEncodedText.Encode(action, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}}"}""";
}
