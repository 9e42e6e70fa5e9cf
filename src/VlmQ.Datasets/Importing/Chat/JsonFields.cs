using System.Globalization;
using System.Text.Json;
using VlmQ.Core.Episodes;

namespace VlmQ.Datasets.Importing.Chat;

/// <summary>Fields of a JSON object by their types: null where one is missing or null, a fault where it is of another type.</summary>
/// <param name="element">The object.</param>
/// <param name="where">Where it is written, for faults.</param>
internal readonly struct JsonFields(JsonElement element, string where)
{
    /// <summary>Where it is written.</summary>
    public string Where => where;

    /// <summary>Whether a field is there and not null.</summary>
    public bool Has(string name) => Find(name) is not null;

    /// <summary>A field that is not null.</summary>
    public JsonElement? Find(string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public string? Text(string name) => Of<string>(name, "text", JsonValueKind.String, value => value.GetString());

    public bool? Flag(string name) =>
        Find(name) switch
        {
            null => null,
            { ValueKind: JsonValueKind.True } => true,
            { ValueKind: JsonValueKind.False } => false,
            _ => throw Wrong(name, "true or false"),
        };

    public long? Whole(string name) =>
        Find(name) switch
        {
            null => null,
            { ValueKind: JsonValueKind.Number } value when value.TryGetInt64(out long whole) => whole,
            _ => throw Wrong(name, "a whole number of 64 bits"),
        };

    /// <summary>A text, or a number as it is written.</summary>
    public string? Label(string name) => Find(name) is { ValueKind: JsonValueKind.Number } number ? number.GetRawText() : Text(name);

    /// <summary>A number that a field of the object, or an element of a list, may be.</summary>
    public double? Number(JsonElement value, string name) =>
        value switch
        {
            { ValueKind: JsonValueKind.Null } => null,
            { ValueKind: JsonValueKind.Number } => value.GetDouble(),
            _ => throw Wrong(name, "a number"),
        };

    /// <summary>The object's own JSON, without white space.</summary>
    public string? Object(string name) => Of<string>(name, "an object", JsonValueKind.Object, value => JsonSerializer.Serialize(value));

    /// <summary>The elements of a list; of none where it is missing.</summary>
    public IEnumerable<JsonElement> List(string name) =>
        Find(name) switch
        {
            null => [],
            { ValueKind: JsonValueKind.Array } list => list.EnumerateArray(),
            _ => throw Wrong(name, "a list"),
        };

    /// <summary>The fault of a field of the wrong type.</summary>
    public FaultException Wrong(string name, string type) =>
        new(Fault.Data(string.Create(CultureInfo.InvariantCulture, $"'{name}' is not {type}"), where));

    private T? Of<T>(string name, string type, JsonValueKind kind, Func<JsonElement, T?> read)
        where T : class =>
        Find(name) switch
        {
            null => null,
            { } value when value.ValueKind == kind => read(value),
            _ => throw Wrong(name, type),
        };
}
