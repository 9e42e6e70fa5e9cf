using System.Text.Json;

namespace VlmQ.Datasets.Importing;

/// <summary>The action in a reply of the form that VlmQ's own policies write.</summary>
internal static class ReplyAction
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = ImportLimits.JsonDepth };

    /// <summary>The <c>action</c> of a reply that is one JSON object; null where there is none, so that the reply counts as not parsed.</summary>
    public static string? In(string reply)
    {
        if (!reply.AsSpan().TrimStart().StartsWith('{'))
        {
            return null;
        }
        try
        {
            using JsonDocument document = JsonDocument.Parse(reply, Options);
            return document.RootElement.TryGetProperty("action", out JsonElement action) && action.ValueKind == JsonValueKind.String
                ? action.GetString()
                : null;
        }
        // The second for an escape that stands for no character, the third for half a surrogate pair in the text itself.
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }
}
