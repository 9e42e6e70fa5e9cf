using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using VlmQ.Core.Episodes;

namespace VlmQ.Core.Prompting;

/// <summary>See <see cref="ActionParser.Strict"/>.</summary>
internal static class StrictParsing
{
    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false };

    public static Result<string> Parse(string reply, ImmutableArray<string> actions)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(Encoding.UTF8.GetBytes(reply.Trim()), Options);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? ActionOf(document.RootElement, actions)
                : Fault.Data("the reply is JSON but not an object");
        }
        // The reader throws the second for an escape that stands for no character, such as half a surrogate pair.
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return Fault.Data("the reply is not one JSON object");
        }
    }

    private static Result<string> ActionOf(JsonElement reply, ImmutableArray<string> actions)
    {
        if (!reply.TryGetProperty("action", out JsonElement value))
        {
            return Fault.Data("the reply has no key 'action'");
        }
        if (value.ValueKind != JsonValueKind.String)
        {
            return Fault.Data($"the reply's action is not a string but {value.ValueKind}");
        }
        foreach (string action in actions)
        {
            if (value.ValueEquals(action))
            {
                return action;
            }
        }
        return Fault.Data($"'{value.GetString()}' is not an action", remedy: $"use one of: {string.Join(" ", actions)}");
    }
}
