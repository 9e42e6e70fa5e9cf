using System.Collections;
using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using VlmQ.Core.Episodes;
using VlmQ.Core.Text;
using YamlDotNet.RepresentationModel;

namespace VlmQ.Cli.Configuration;

/// <summary>
/// Fills records with <c>init</c> properties from YAML: keys are the properties' names in snake_case, a missing key keeps the
/// property's default, and a key that no property has, a value of the wrong type or out of its <see cref="RangeAttribute"/> is a
/// fault that names file, line and key.
/// </summary>
internal sealed class YamlBinder
{
    private const NumberStyles Whole = NumberStyles.AllowLeadingSign | NumberStyles.AllowThousands;

    private readonly YamlDocument _document;
    private readonly NullabilityInfoContext _nullability = new();

    private YamlBinder(YamlDocument document) => _document = document;

    /// <summary>Binds a whole document.</summary>
    public static Result<T> Bind<T>(YamlDocument document)
        where T : class
    {
        try
        {
            return (T)new YamlBinder(document).BindValue(typeof(T), document.Root, "")!;
        }
        catch (FaultException exception)
        {
            return exception.Fault;
        }
    }

    /// <summary>A property's key.</summary>
    public static string KeyOf(string property)
    {
        System.Text.StringBuilder key = new();
        foreach (char letter in property)
        {
            if (char.IsUpper(letter) && key.Length > 0)
            {
                key.Append('_');
            }
            key.Append(char.ToLowerInvariant(letter));
        }
        return key.ToString();
    }

    private object? BindValue(Type type, YamlNode node, string path)
    {
        Type target = Nullable.GetUnderlyingType(type) ?? type;
        if (target == typeof(string) || target.IsPrimitive || target.IsEnum)
        {
            return BindScalar(target, node, path);
        }
        if (target.IsGenericType && target.GetGenericTypeDefinition() == typeof(ImmutableArray<>))
        {
            return BindList(target.GetGenericArguments()[0], node, path);
        }
        return BindRecord(target, node, path);
    }

    private object BindRecord(Type type, YamlNode node, string path)
    {
        if (node is not YamlMappingNode map)
        {
            throw Wrong(node, path, "must be a mapping of keys to values");
        }
        Dictionary<string, PropertyInfo> properties = type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.SetMethod is not null)
            .ToDictionary(property => KeyOf(property.Name));
        object record = Activator.CreateInstance(type)!;
        foreach ((YamlNode keyNode, YamlNode value) in map.Children)
        {
            if (keyNode is not YamlScalarNode { Value: { } key })
            {
                throw Wrong(keyNode, path, "must have plain words as keys");
            }
            if (!properties.TryGetValue(key, out PropertyInfo? property))
            {
                throw Unknown(keyNode, path, key, properties.Keys);
            }
            string full = path.Length == 0 ? key : path + "." + key;
            bool nothing = IsNothing(value) && _nullability.Create(property).WriteState == NullabilityState.Nullable;
            object? bound = nothing ? null : BindValue(property.PropertyType, value, full);
            Check(property, bound, value, full);
            property.SetValue(record, bound);
        }
        foreach ((string key, PropertyInfo property) in properties)
        {
            if (property.GetCustomAttribute<RequiredAttribute>() is not null && !map.Children.ContainsKey(new YamlScalarNode(key)))
            {
                throw Wrong(node, path.Length == 0 ? key : path + "." + key, "is missing", $"add `{key}: …`");
            }
        }
        return record;
    }

    private object BindList(Type item, YamlNode node, string path)
    {
        if (node is not YamlSequenceNode sequence)
        {
            throw Wrong(node, path, "must be a list");
        }
        Array items = Array.CreateInstance(item, sequence.Children.Count);
        for (int i = 0; i < items.Length; i++)
        {
            items.SetValue(BindValue(item, sequence.Children[i], $"{path}[{i}]"), i);
        }
        return typeof(ImmutableArray)
            .GetMethods()
            .Single(method => method.Name == "Create" && method.GetParameters() is [{ ParameterType.IsArray: true }])
            .MakeGenericMethod(item)
            .Invoke(null, [items])!;
    }

    private static bool IsNothing(YamlNode node) =>
        node is YamlScalarNode { Value: "" or "null" or "~", Style: YamlDotNet.Core.ScalarStyle.Plain };

    private object BindScalar(Type type, YamlNode node, string path)
    {
        if (node is not YamlScalarNode { Value: { } text })
        {
            throw Wrong(node, path, "must be a single value");
        }
        if (type == typeof(string))
        {
            return text;
        }
        if (type.IsEnum)
        {
            foreach (object value in Enum.GetValues(type))
            {
                if (KeyOf(value.ToString()!) == text)
                {
                    return value;
                }
            }
            throw Wrong(node, path, $"cannot be '{text}'", "it is one of " + string.Join(", ", Enum.GetNames(type).Select(KeyOf)));
        }
        object? parsed = Type.GetTypeCode(type) switch
        {
            TypeCode.Boolean => text switch
            {
                "true" => true,
                "false" => false,
                _ => null,
            },
            TypeCode.Int32 => int.TryParse(text, Whole, CultureInfo.InvariantCulture, out int value) ? value : null,
            TypeCode.Int64 => long.TryParse(text, Whole, CultureInfo.InvariantCulture, out long value) ? value : null,
            TypeCode.Double => double.TryParse(text, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
                ? value
                : null,
            _ => throw new InvalidOperationException($"No YAML form for {type}."),
        };
        return parsed ?? throw Wrong(node, path, $"must be {NameOf(type)}; it is '{text}'");
    }

    private void Check(PropertyInfo property, object? value, YamlNode node, string path)
    {
        foreach (ValidationAttribute rule in property.GetCustomAttributes<ValidationAttribute>())
        {
            if (value is not null && !rule.IsValid(value))
            {
                throw rule is RangeAttribute range
                    ? Wrong(node, path, $"must be {RangeOf(range)}; it is {Text(value)}")
                    : Wrong(node, path, rule.FormatErrorMessage(path));
            }
        }
        if (value is null && _nullability.Create(property).WriteState == NullabilityState.NotNull)
        {
            throw Wrong(node, path, "must have a value");
        }
    }

    private static string Text(object value) =>
        value is IEnumerable and not string ? "a list" : Convert.ToString(value, CultureInfo.InvariantCulture)!;

    private static string RangeOf(RangeAttribute range) =>
        Convert.ToDouble(range.Maximum, CultureInfo.InvariantCulture) >= int.MaxValue
            ? string.Create(CultureInfo.InvariantCulture, $"at least {range.Minimum}")
            : string.Create(CultureInfo.InvariantCulture, $"in {range.Minimum} … {range.Maximum}");

    private static string NameOf(Type type) =>
        Type.GetTypeCode(type) switch
        {
            TypeCode.Boolean => "true or false",
            TypeCode.Int32 or TypeCode.Int64 => "a whole number",
            _ => "a finite number",
        };

    private FaultException Unknown(YamlNode node, string path, string key, IEnumerable<string> known)
    {
        string remedy = NearestName.Of(key, known, within: 2) is { } nearest
            ? $"did you mean '{nearest}'?"
            : "known keys: " + string.Join(", ", known.Order(StringComparer.Ordinal));
        string owner = path.Length == 0 ? "" : $" under '{path}'";
        return new FaultException(Fault.Configuration($"there is no key '{key}'{owner}", _document.PlaceOf(node), remedy));
    }

    private FaultException Wrong(YamlNode node, string path, string what, string remedy = "") =>
        new(Fault.Configuration(path.Length == 0 ? "the document " + what : $"'{path}' {what}", _document.PlaceOf(node), remedy));
}
