using System.Text.Json;
using System.Text.Unicode;
using VlmQ.Core.Episodes;

namespace VlmQ.Datasets.Tokenization.Files;

/// <summary>A value of a JSON file and where it stands, read strictly: what it must be and is not is a fault that says where.</summary>
/// <param name="Element">The value.</param>
/// <param name="File">The file.</param>
/// <param name="Path">Where in the file it stands, <c>model.merges[3]</c>; empty for the whole.</param>
internal readonly record struct JsonNode(JsonElement Element, string File, string Path)
{
    private const int Deepest = 32;
    private const int LongestShown = 60;

    /// <summary>The file's value.</summary>
    /// <exception cref="FaultException">It is no JSON, too deep, or names a property twice.</exception>
    public static JsonNode Parse(byte[] json, string file)
    {
        if (!Utf8.IsValid(json))
        {
            throw new FaultException(Fault.Data("the file is no JSON: its bytes are no UTF-8", file, "restore it"));
        }
        JsonDocumentOptions options = new() { MaxDepth = Deepest, AllowDuplicateProperties = false };
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, options);
            return new JsonNode(document.RootElement.Clone(), file, "");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            throw new FaultException(Fault.Data($"the file is no JSON: {exception.Reason()}", file, "restore it"), exception);
        }
    }

    /// <summary>A fault at this value.</summary>
    public FaultException Refuse(string what, string remedy = "restore the file") =>
        new(Fault.Data(what, Path.Length == 0 ? File : $"{File}: {Path}", remedy));

    /// <summary>A property's value; null where it is absent or null.</summary>
    public JsonNode? Find(string name)
    {
        Expect(JsonValueKind.Object, "an object");
        return Element.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null
            ? new JsonNode(value, File, Path.Length == 0 ? name : $"{Path}.{name}")
            : null;
    }

    /// <summary>A property's value.</summary>
    public JsonNode Get(string name) => Find(name) ?? throw Refuse($"'{name}' is missing");

    /// <summary>The string.</summary>
    public string Text()
    {
        Expect(JsonValueKind.String, "a string");
        try
        {
            return Element.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw Refuse("the string is no text: half of a character stands alone");
        }
    }

    /// <summary>The string, which must have characters.</summary>
    public string Word(int longest = int.MaxValue)
    {
        string text = Text();
        return text.Length == 0 ? throw Refuse("the string is empty")
            : text.Length > longest ? throw Refuse($"the string has {text.Length} units, above {longest}")
            : text;
    }

    /// <summary>The string, which must be one of some.</summary>
    public string OneOf(params ReadOnlySpan<string> known)
    {
        string text = Text();
        foreach (string choice in known)
        {
            if (text == choice)
            {
                return text;
            }
        }
        throw Refuse($"'{Shown(text)}' is none of {string.Join(", ", known!)}", "use a tokenizer whose stages are supported");
    }

    /// <summary>The whole number.</summary>
    public int Number(int least, int most)
    {
        Expect(JsonValueKind.Number, "a number");
        return Element.TryGetInt32(out int number) && number >= least && number <= most
            ? number
            : throw Refuse($"{Shown(Element.GetRawText())} is no whole number from {least} to {most}");
    }

    /// <summary>A property that is true or false.</summary>
    public bool Flag(string name, bool otherwise) =>
        Find(name) is not { } value ? otherwise
        : value.Element.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.Element.GetBoolean()
        : throw value.Refuse("true or false was expected");

    /// <summary>The values of a list.</summary>
    public IEnumerable<JsonNode> Items(int most)
    {
        Expect(JsonValueKind.Array, "a list");
        if (Element.GetArrayLength() > most)
        {
            throw Refuse($"the list has {Element.GetArrayLength()} values, above {most}");
        }
        return Enumerate(this);

        static IEnumerable<JsonNode> Enumerate(JsonNode list)
        {
            int index = 0;
            foreach (JsonElement item in list.Element.EnumerateArray())
            {
                yield return new JsonNode(item, list.File, $"{list.Path}[{index++}]");
            }
        }
    }

    /// <summary>The properties of an object, in order.</summary>
    public IEnumerable<(string Name, JsonNode Value)> Properties()
    {
        Expect(JsonValueKind.Object, "an object");
        return Enumerate(this);

        static IEnumerable<(string Name, JsonNode Value)> Enumerate(JsonNode node)
        {
            foreach (JsonProperty property in node.Element.EnumerateObject())
            {
                string name = node.NameOf(property);
                yield return (name, new JsonNode(property.Value, node.File, $"{node.Path}['{Shown(name)}']"));
            }
        }
    }

    private string NameOf(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            throw Refuse("a name is no text: half of a character stands alone");
        }
    }

    /// <summary>Fails unless the value is of a kind.</summary>
    public void Expect(JsonValueKind kind, string what)
    {
        if (Element.ValueKind != kind)
        {
            throw Refuse($"{what} was expected, not {Shown(Element.GetRawText())}");
        }
    }

    /// <summary>The beginning of a text, for a message.</summary>
    public static string Shown(string text) => text.Length <= LongestShown ? text : text[..LongestShown] + "…";
}
