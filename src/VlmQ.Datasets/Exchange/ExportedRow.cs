using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using VlmQ.Core.Episodes;

namespace VlmQ.Datasets.Exchange;

/// <summary>A line of <c>rows.jsonl</c>, read by its columns; what is wrong is said with the line and the column.</summary>
internal sealed class ExportedRow
{
    private const int MostShown = 40;

    private readonly JsonElement _json;
    private readonly string _where;

    /// <param name="line">The line.</param>
    /// <param name="where">The file and the line's number, for faults.</param>
    /// <exception cref="FaultException">It is no JSON object.</exception>
    public ExportedRow(string line, string where)
    {
        _where = where;
        _json = Make(() => JsonElement.Parse(line));
        if (_json.ValueKind != JsonValueKind.Object)
        {
            throw Wrong("it is no JSON object");
        }
    }

    public string Text(string name) => TextOrNull(name) ?? throw Wrong($"{name} is null");

    public string? TextOrNull(string name) => Of(name, "a text", static value => value.GetString());

    public bool Truth(string name) => Of(name, "true or false", static value => value.GetBoolean());

    public bool? TruthOrNull(string name) =>
        Of(name, "true, false or null", static value => value.ValueKind == JsonValueKind.Null ? (bool?)null : value.GetBoolean());

    public int Whole(string name) => Of(name, "a whole number of 32 bits", static value => value.GetInt32());

    public long Long(string name) => Of(name, "a whole number of 64 bits", static value => value.GetInt64());

    public float Number(string name) => Of(name, "a number", static value => value.GetSingle());

    public ImmutableArray<int> Wholes(string name) => List(name, "a list of whole numbers", static value => value.GetInt32());

    /// <summary>Numbers; those that JSON has no sign for are texts.</summary>
    public ImmutableArray<float> Numbers(string name) =>
        List(
            name,
            "a list of numbers",
            static value =>
                value.ValueKind == JsonValueKind.String ? float.Parse(value.GetString()!, CultureInfo.InvariantCulture) : value.GetSingle()
        );

    /// <summary>Makes something of the row.</summary>
    /// <exception cref="FaultException">Its values do not go together.</exception>
    public T Make<T>(Func<T> make)
    {
        try
        {
            return make();
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            throw Wrong(exception.Reason(), exception);
        }
    }

    /// <summary>The fault of the row.</summary>
    public FaultException Wrong(string what, Exception? inner = null) =>
        new(Fault.Data(what, _where, "mend the row or export the dataset again"), inner);

    // A list that is null is a default one.
    private ImmutableArray<T> List<T>(string name, string type, Func<JsonElement, T> read) =>
        Of(
            name,
            type,
            value => value.ValueKind == JsonValueKind.Null ? default : ImmutableArray.CreateRange(value.EnumerateArray().Select(read))
        );

    private T Of<T>(string name, string type, Func<JsonElement, T> read)
    {
        if (!_json.TryGetProperty(name, out JsonElement value))
        {
            throw Wrong($"{name} is missing");
        }
        try
        {
            return read(value);
        }
        catch (Exception exception) when (exception is InvalidOperationException or FormatException)
        {
            string shown = value.GetRawText();
            throw Wrong($"{name} must be {type}; it is {(shown.Length > MostShown ? shown[..MostShown] + "…" : shown)}", exception);
        }
    }
}
