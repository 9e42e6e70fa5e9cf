using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace VlmQ.Core.Episodes;

/// <summary>What an exception says, as a <see cref="Fault"/> says it to people.</summary>
public static partial class ExceptionReason
{
    private static readonly string[] PlaceNotes = [" Path: ", " LineNumber: "];

    /// <summary>
    /// The exception's message without what only this program's own code means, such as <c>(Parameter 'file')</c>, and with the place in
    /// a JSON text in words, counted from 1.
    /// </summary>
    public static string Reason(this Exception exception) =>
        exception is JsonException json
            ? PlaceNotes.Aggregate(json.Message, Before).TrimEnd('.') + PlaceIn(json)
            : ParameterNote().Replace(exception.Message, "");

    // An exception may carry the message of another one, so the note can stand anywhere.
    [GeneratedRegex(@" \(Parameter '[^']*'\)")]
    private static partial Regex ParameterNote();

    private static string Before(string message, string note)
    {
        int at = message.IndexOf(note, StringComparison.Ordinal);
        return at > 0 ? message[..at] : message;
    }

    private static string PlaceIn(JsonException exception)
    {
        string line = exception.LineNumber is { } number and > 0 ? string.Create(CultureInfo.InvariantCulture, $"line {number + 1}, ") : "";
        return exception.BytePositionInLine is { } position
            ? string.Create(CultureInfo.InvariantCulture, $" ({line}byte {position + 1})")
            : "";
    }
}
