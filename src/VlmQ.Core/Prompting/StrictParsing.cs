using System.Text;
using System.Text.Json;

namespace VlmQ.Core.Prompting;

/// <summary>See <see cref="ReplyParser.Strict"/>.</summary>
internal static class StrictParsing
{
    private const string Key = "action";

    private static readonly JsonDocumentOptions OnceEach = new() { AllowDuplicateProperties = false };

    public static ParsedReply Parse(string reply)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(reply.Trim());
        if (bytes.Length == 0)
        {
            return ParsedReply.Not(ReplyFailure.Empty, "the reply is empty");
        }
        try
        {
            using JsonDocument document = JsonDocument.Parse(bytes, OnceEach);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? ActionOf(document.RootElement)
                : ParsedReply.Not(ReplyFailure.NoJson, "the reply is JSON but not an object");
        }
        // The reader throws the second for an escape that stands for no character, such as half a surrogate pair.
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return Refuse(bytes);
        }
    }

    private static ParsedReply ActionOf(JsonElement reply)
    {
        if (!reply.TryGetProperty(Key, out JsonElement value))
        {
            return ParsedReply.Not(ReplyFailure.NoActionField, "the reply has no key 'action'");
        }
        return value.ValueKind == JsonValueKind.String
            ? new ParsedReply.Action(value.GetString()!)
            : ParsedReply.Not(ReplyFailure.ActionNotText, $"the reply's action is not a string but {value.ValueKind}");
    }

    /// <summary>Why bytes are not one JSON object with keys that differ.</summary>
    private static ParsedReply Refuse(byte[] bytes)
    {
        if (!bytes.AsSpan().Contains((byte)'{'))
        {
            return ParsedReply.Not(ReplyFailure.NoJson, "the reply is not one JSON object");
        }
        Utf8JsonReader reader = new(bytes, isFinalBlock: false, default);
        int actions = 0;
        bool closed = false;
        try
        {
            while (reader.Read())
            {
                bool isKey = reader is { TokenType: JsonTokenType.PropertyName, CurrentDepth: 1 };
                actions += isKey && reader.ValueTextEquals(Key) ? 1 : 0;
                closed = reader.CurrentDepth == 0 && reader.TokenType == JsonTokenType.EndObject;
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return ParsedReply.Not(ReplyFailure.Malformed, "the reply is not one JSON object");
        }
        return closed && actions > 1 ? ParsedReply.Not(ReplyFailure.Ambiguous, $"the reply has {actions} keys 'action'")
            : closed ? ParsedReply.Not(ReplyFailure.Malformed, "the reply repeats a key, or escapes a character that does not exist")
            : ParsedReply.Not(ReplyFailure.Truncated, "the reply ends inside its JSON object");
    }
}
