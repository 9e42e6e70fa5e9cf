using System.ClientModel.Primitives;
using System.Text;
using System.Text.Json;
using VlmQ.Core.Text;

namespace VlmQ.Collection.Remote;

/// <summary>Reads what an endpoint answered.</summary>
internal static class ChatAnswer
{
    /// <summary>The reply's text; empty where the model said nothing.</summary>
    /// <exception cref="RemoteFailure">The endpoint refused, or what it sent is no reply.</exception>
    public static string Read(PipelineResponse response)
    {
        // Bytes that are no UTF-8 become replacement characters; escapes of half a character are written out.
        string body = WellFormed.OfJson(Encoding.UTF8.GetString(response.Content.ToMemory().Span));
        if (response.Status is < 200 or > 299)
        {
            throw new RemoteFailure(
                response.Status,
                WaitOf(response),
                $"answered {response.Status}{Reason(response.ReasonPhrase)}: {Said(body)}"
            );
        }
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            return TextOf(document.RootElement) ?? throw Garbage("JSON without a reply in it", body);
        }
        catch (JsonException)
        {
            throw Garbage(body.AsSpan().TrimStart().StartsWith("<") ? "a web page" : "something that is not JSON", body);
        }
    }

    private static string? TextOf(JsonElement root)
    {
        if (
            root.ValueKind != JsonValueKind.Object
            || !root.TryGetProperty("choices", out JsonElement choices)
            || choices.ValueKind != JsonValueKind.Array
            || choices.GetArrayLength() == 0
            || choices[0].ValueKind != JsonValueKind.Object
            || !choices[0].TryGetProperty("message", out JsonElement message)
            || message.ValueKind != JsonValueKind.Object
        )
        {
            return null;
        }
        if (!message.TryGetProperty("content", out JsonElement content) || content.ValueKind == JsonValueKind.Null)
        {
            return "";
        }
        return content.ValueKind switch
        {
            JsonValueKind.String => content.GetString(),
            JsonValueKind.Array => string.Concat(content.EnumerateArray().Select(PartOf)),
            _ => null,
        };
    }

    private static string PartOf(JsonElement part) =>
        part.ValueKind == JsonValueKind.Object
        && part.TryGetProperty("text", out JsonElement text)
        && text.ValueKind == JsonValueKind.String
            ? text.GetString()!
            : "";

    /// <summary>Seconds or a date, as the header can be either; null without it.</summary>
    private static TimeSpan? WaitOf(PipelineResponse response)
    {
        if (!response.Headers.TryGetValue("Retry-After", out string? value))
        {
            return null;
        }
        return System.Net.Http.Headers.RetryConditionHeaderValue.TryParse(value, out var parsed)
            ? parsed.Delta ?? SinceAnswered(parsed.Date, response)
            : null;
    }

    /// <summary>By the server's own clock where it tells the time: two clocks may differ.</summary>
    private static TimeSpan? SinceAnswered(DateTimeOffset? until, PipelineResponse response)
    {
        bool tells = response.Headers.TryGetValue("Date", out string? date);
        if (
            until is null
            || !tells
            || !DateTimeOffset.TryParse(date, System.Globalization.CultureInfo.InvariantCulture, out DateTimeOffset now)
        )
        {
            return null;
        }
        return until > now ? until - now : TimeSpan.Zero;
    }

    private static RemoteFailure Garbage(string what, string body) => new(0, null, $"answered with {what}: {Said(body)}");

    /// <summary>The message of an error object, or the beginning of the body.</summary>
    private static string Said(string body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            if (document.RootElement is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty("error", out JsonElement error))
            {
                JsonElement message =
                    error.ValueKind == JsonValueKind.Object && error.TryGetProperty("message", out JsonElement inner) ? inner : error;
                body = message.ValueKind == JsonValueKind.String ? message.GetString()! : body;
            }
        }
        catch (JsonException)
        {
            // It is shown as it is.
            return Shown(body);
        }
        return Shown(body);
    }

    // More than is shown in the end, so that a key in it is whole and can be taken out.
    private static string Shown(string text) =>
        string.IsNullOrWhiteSpace(text) ? "nothing" : text.Trim()[..Math.Min(text.Trim().Length, 4000)];

    private static string Reason(string phrase) => phrase.Length == 0 ? "" : " " + phrase;
}
