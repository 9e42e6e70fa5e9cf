using System.Collections.Immutable;
using System.Text.Json;
using VlmQ.Core.Episodes;

namespace VlmQ.Models.Safetensors;

/// <summary>
/// The header of a safetensors file, checked: every entry's bytes fit its shape and type, and together the entries cover the data
/// buffer exactly, without gap or overlap. Anything else is refused (<c>github huggingface/safetensors</c>, format description).
/// </summary>
public sealed record SafetensorsHeader
{
    /// <summary>The longest header that is read, in bytes.</summary>
    public const long MaximumLength = 100_000_000;

    private SafetensorsHeader(ImmutableArray<SafetensorsEntry> entries, ImmutableDictionary<string, string> metadata)
    {
        Entries = entries;
        Metadata = metadata;
    }

    /// <summary>The tensors, in the order of their data.</summary>
    public ImmutableArray<SafetensorsEntry> Entries { get; }

    /// <summary>The free text entries under <c>__metadata__</c>.</summary>
    public ImmutableDictionary<string, string> Metadata { get; }

    /// <summary>Reads a header.</summary>
    /// <param name="json">The header's bytes.</param>
    /// <param name="dataLength">Bytes that follow the header in the file.</param>
    /// <param name="where">The file, for the fault.</param>
    public static Result<SafetensorsHeader> Parse(ReadOnlyMemory<byte> json, long dataLength, string where)
    {
        try
        {
            if (json.Length == 0 || json.Span[0] != '{')
            {
                throw Refuse("the header is not a JSON object");
            }
            using JsonDocument document = JsonDocument.Parse(json);
            ImmutableDictionary<string, string> metadata = ImmutableDictionary<string, string>.Empty;
            List<SafetensorsEntry> entries = [];
            HashSet<string> names = [];
            foreach (JsonProperty property in document.RootElement.EnumerateObject())
            {
                if (!names.Add(property.Name))
                {
                    throw Refuse($"'{property.Name}' is named twice");
                }
                if (property.Name == "__metadata__")
                {
                    metadata = ReadMetadata(property.Value);
                }
                else
                {
                    entries.Add(ReadEntry(property));
                }
            }
            entries.Sort((a, b) => (a.Begin, a.End).CompareTo((b.Begin, b.End)));
            CheckCover(entries, dataLength);
            return new SafetensorsHeader([.. entries], metadata);
        }
        // Text that is no Unicode is found only when it is read.
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return Fault.Data("the header is not JSON: " + error.Reason(), where, "the file is damaged or is no safetensors file");
        }
        catch (FormatException error)
        {
            return Fault.Data(error.Reason(), where, "the file is damaged or is no safetensors file");
        }
    }

    private static ImmutableDictionary<string, string> ReadMetadata(JsonElement element)
    {
        Expect(element, JsonValueKind.Object, "__metadata__ is not an object");
        ImmutableDictionary<string, string>.Builder metadata = ImmutableDictionary.CreateBuilder<string, string>();
        foreach (JsonProperty property in element.EnumerateObject())
        {
            Expect(property.Value, JsonValueKind.String, $"__metadata__ '{property.Name}' is not a string");
            metadata[property.Name] = property.Value.GetString()!;
        }
        return metadata.ToImmutable();
    }

    private static SafetensorsEntry ReadEntry(JsonProperty property)
    {
        string name = property.Name;
        Expect(property.Value, JsonValueKind.Object, $"'{name}' is not an object");
        if (
            !property.Value.TryGetProperty("dtype", out JsonElement dtypeElement)
            || !property.Value.TryGetProperty("shape", out JsonElement shapeElement)
            || !property.Value.TryGetProperty("data_offsets", out JsonElement offsetsElement)
        )
        {
            throw Refuse($"'{name}' lacks dtype, shape or data_offsets");
        }
        Expect(dtypeElement, JsonValueKind.String, $"the dtype of '{name}' is not a string");
        string dtypeName = dtypeElement.GetString()!;
        if (!Enum.TryParse(dtypeName, out SafetensorsDtype dtype) || !Enum.IsDefined(dtype) || dtype.ToString() != dtypeName)
        {
            throw Refuse($"'{name}' has the unknown dtype '{dtypeName}'");
        }
        ImmutableArray<long> shape = ReadNumbers(shapeElement, $"the shape of '{name}'");
        ImmutableArray<long> offsets = ReadNumbers(offsetsElement, $"data_offsets of '{name}'");
        if (offsets.Length != 2 || offsets[1] < offsets[0])
        {
            throw Refuse($"data_offsets of '{name}' are not begin and end");
        }
        long expected = ByteLength(name, dtype, shape);
        if (offsets[1] - offsets[0] != expected)
        {
            throw Refuse($"'{name}' takes {offsets[1] - offsets[0]} bytes, but its shape and dtype need {expected}");
        }
        return new SafetensorsEntry(name, dtype, shape, offsets[0], offsets[1]);
    }

    private static ImmutableArray<long> ReadNumbers(JsonElement element, string what)
    {
        Expect(element, JsonValueKind.Array, what + " is not a list");
        ImmutableArray<long>.Builder numbers = ImmutableArray.CreateBuilder<long>(element.GetArrayLength());
        foreach (JsonElement item in element.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt64(out long number) || number < 0)
            {
                throw Refuse(what + " holds something that is not a whole number from 0");
            }
            numbers.Add(number);
        }
        return numbers.MoveToImmutable();
    }

    private static long ByteLength(string name, SafetensorsDtype dtype, ImmutableArray<long> shape)
    {
        long bits = dtype.Bits();
        try
        {
            // A tensor of nothing must not have sizes that overflow either: whoever multiplies them need not begin with the nothing.
            long ofOthers = bits;
            foreach (long size in shape)
            {
                ofOthers = checked(ofOthers * Math.Max(1, size));
                bits *= size;
            }
        }
        catch (OverflowException)
        {
            throw Refuse($"the shape of '{name}' overflows");
        }
        return bits % 8 == 0 ? bits / 8 : throw Refuse($"'{name}' does not fill whole bytes");
    }

    private static void CheckCover(List<SafetensorsEntry> sorted, long dataLength)
    {
        long covered = 0;
        foreach (SafetensorsEntry entry in sorted)
        {
            if (entry.Begin != covered)
            {
                throw Refuse($"'{entry.Name}' begins at byte {entry.Begin} of the data, not at {covered}: a gap or an overlap");
            }
            covered = entry.End;
        }
        if (covered != dataLength)
        {
            throw Refuse($"the tensors cover {covered} bytes of the {dataLength} that follow the header");
        }
    }

    private static void Expect(JsonElement element, JsonValueKind kind, string otherwise)
    {
        if (element.ValueKind != kind)
        {
            throw Refuse(otherwise);
        }
    }

    private static FormatException Refuse(string what) => new(what);
}
