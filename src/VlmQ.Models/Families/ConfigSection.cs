using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using VlmQ.Core.Episodes;

namespace VlmQ.Models.Families;

/// <summary>An object of a model's <c>config.json</c>. Keys that are left out have the family's defaults.</summary>
internal sealed class ConfigSection
{
    private const int Largest = 1 << 24;

    private readonly JsonElement? _element;
    private readonly string _file;
    private readonly string _path;

    private ConfigSection(JsonElement? element, string file, string path)
    {
        _element = element;
        _file = file;
        _path = path;
    }

    /// <summary>The whole file.</summary>
    /// <exception cref="FaultException">It is no object.</exception>
    public static ConfigSection Root(JsonElement element, string file) =>
        element.ValueKind == JsonValueKind.Object
            ? new ConfigSection(element, file, "")
            : throw new FaultException(Fault.Data("is not a JSON object", file));

    /// <summary>The object under a key; empty where there is none.</summary>
    public ConfigSection Section(string key) =>
        Find(key) is not { } found ? new ConfigSection(null, _file, _path + key + ".")
        : found.ValueKind == JsonValueKind.Object ? new ConfigSection(found, _file, _path + key + ".")
        : throw Refuse(key, "is not an object");

    /// <summary>Whether the key is there and not null.</summary>
    public bool Has(string key) => Find(key) is not null;

    /// <summary>A string, or null.</summary>
    public string? Text(string key) =>
        Find(key) is not { } found ? null
        : found.ValueKind == JsonValueKind.String ? found.GetString()
        : throw Refuse(key, "is not a string");

    /// <summary>A whole number from <paramref name="least"/> on.</summary>
    public int Number(string key, int otherwise, int least = 1) =>
        Find(key) is not { } found ? otherwise
        : found.ValueKind == JsonValueKind.Number && found.TryGetInt32(out int number) && number >= least && number <= Largest ? number
        : throw Refuse(key, $"is not a whole number from {least} to {Largest}");

    /// <summary>Refuses a value that changes what is computed, unless it is the one that is.</summary>
    public void Demand(string key, double value)
    {
        if (
            Find(key) is { } found
            && !(found.ValueKind == JsonValueKind.Number && found.TryGetDouble(out double number) && number == value)
        )
        {
            throw Refuse(key, string.Create(CultureInfo.InvariantCulture, $"is {found.GetRawText()}; only {value} is known here"));
        }
    }

    /// <summary>Refuses a value that changes what is computed, unless it is one of those that are known.</summary>
    public void Demand(string key, params ReadOnlySpan<string> known)
    {
        if (Text(key) is { } text && !known.Contains(text))
        {
            throw Refuse(key, $"is '{text}'; only {string.Join(", ", known.ToArray())} is known here");
        }
    }

    /// <summary>The strings of a list; empty where there is none.</summary>
    public ImmutableArray<string> Texts(string key) =>
        [
            .. Items(key)
                .Select(item =>
                    item.ValueKind == JsonValueKind.String ? item.GetString()! : throw Refuse(key, "holds something that is not a string")
                ),
        ];

    /// <summary>The token ids of a list.</summary>
    public ImmutableArray<int> Ids(string key, params ImmutableArray<int> otherwise) =>
        Has(key)
            ?
            [
                .. Items(key)
                    .Select(item =>
                        item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out int id) && id >= 0
                            ? id
                            : throw Refuse(key, "holds something that is not a token id")
                    ),
            ]
            : otherwise;

    /// <summary>The pairs of a list, each two whole numbers from 1 on; at least one.</summary>
    public ImmutableArray<(int First, int Second)> Pairs(string key, ImmutableArray<(int First, int Second)> otherwise)
    {
        if (!Has(key))
        {
            return otherwise;
        }
        ImmutableArray<(int, int)>.Builder pairs = ImmutableArray.CreateBuilder<(int, int)>();
        foreach (JsonElement item in Items(key))
        {
            if (
                item.ValueKind != JsonValueKind.Array
                || item.GetArrayLength() != 2
                || !TryPositive(item[0], out int first)
                || !TryPositive(item[1], out int second)
            )
            {
                throw Refuse(key, "holds something that is not a pair of whole numbers from 1 on");
            }
            pairs.Add((first, second));
        }
        return pairs.Count == 0 ? throw Refuse(key, "is empty") : pairs.ToImmutable();
    }

    /// <summary>Fault of a value.</summary>
    public FaultException Refuse(string key, string what) => new(Fault.Data($"'{_path}{key}' {what}", _file));

    private static bool TryPositive(JsonElement element, out int number)
    {
        number = 0;
        return element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out number) && number is >= 1 and <= Largest;
    }

    private IEnumerable<JsonElement> Items(string key) =>
        Find(key) is not { } found ? []
        : found.ValueKind == JsonValueKind.Array ? found.EnumerateArray()
        : throw Refuse(key, "is not a list");

    private JsonElement? Find(string key) =>
        _element is { } element && element.TryGetProperty(key, out JsonElement found) && found.ValueKind != JsonValueKind.Null
            ? found
            : null;
}
