using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace VlmQ.Datasets.Columns;

/// <summary>
/// A dataset's columns in the two forms that Hugging Face <c>datasets</c> reads: in each part's metadata and in the card.
/// </summary>
internal static class HuggingFace
{
    /// <summary>The key of the entry in a part's metadata.</summary>
    public const string MetadataKey = "huggingface";

    /// <summary>The entry: <c>{"info": {"features": {…}}}</c>.</summary>
    public static string Metadata(ImmutableArray<Feature> features)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream))
        {
            json.WriteStartObject();
            json.WriteStartObject("info");
            json.WriteStartObject("features");
            foreach (Feature feature in features)
            {
                json.WritePropertyName(feature.Name);
                WriteType(json, feature.Type);
            }
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    /// <summary>The features in YAML, two spaces deep, for a card's front matter.</summary>
    public static string Yaml(ImmutableArray<Feature> features)
    {
        StringBuilder yaml = new();
        foreach (Feature feature in features)
        {
            yaml.Append("  - name: ").Append(feature.Name).Append('\n');
            yaml.Append("    ").Append(feature.Type is FeatureType.Int32List or FeatureType.Float32List ? "sequence: " : "dtype: ");
            yaml.Append(feature.Type == FeatureType.Image ? "image" : Element(feature.Type)).Append('\n');
        }
        return yaml.ToString();
    }

    // Lists are written as `Sequence`, and in YAML as `sequence`: since version 4 `datasets` calls them `List`, but reads both; older
    // versions read this alone.
    private static void WriteType(Utf8JsonWriter json, FeatureType type)
    {
        json.WriteStartObject();
        switch (type)
        {
            case FeatureType.Image:
                json.WriteString("_type", "Image");
                break;
            case FeatureType.Int32List or FeatureType.Float32List:
                json.WriteStartObject("feature");
                WriteValue(json, type);
                json.WriteEndObject();
                json.WriteString("_type", "Sequence");
                break;
            default:
                WriteValue(json, type);
                break;
        }
        json.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter json, FeatureType type)
    {
        json.WriteString("dtype", Element(type));
        json.WriteString("_type", "Value");
    }

    private static string Element(FeatureType type) =>
        type switch
        {
            FeatureType.String => "string",
            FeatureType.Int32 or FeatureType.Int32List => "int32",
            FeatureType.Int64 => "int64",
            FeatureType.Float32 or FeatureType.Float32List => "float32",
            FeatureType.Bool => "bool",
            _ => throw new ArgumentOutOfRangeException(nameof(type)),
        };
}
