using VlmQ.Core.Episodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace VlmQ.Cli.Configuration;

/// <summary>Reads YAML into nodes and applies <c>--set key=value</c> to them.</summary>
internal static class YamlText
{
    private const int LargestDocument = 1 << 20;

    /// <summary>The root node of a file.</summary>
    public static Result<YamlNode> Load(string path)
    {
        try
        {
            FileInfo file = new(path);
            if (!file.Exists)
            {
                return Fault.Configuration("no such file", path, "give the path of a pipeline, such as pipelines/numberline.yaml");
            }
            return file.Length > LargestDocument
                ? Fault.Configuration("larger than 1 MiB; that is no pipeline", path)
                : Parse(File.ReadAllText(path), path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Fault.External(exception.Message, path);
        }
    }

    /// <summary>The root node of a text; an empty mapping for an empty text.</summary>
    public static Result<YamlNode> Parse(string text, string source)
    {
        try
        {
            YamlStream stream = [];
            stream.Load(new StringReader(text));
            return stream.Documents.Count == 0 ? new YamlMappingNode() : stream.Documents[0].RootNode;
        }
        catch (YamlException exception)
        {
            return Fault.Configuration("not valid YAML: " + exception.Message, $"{source}:{exception.Start.Line}");
        }
    }

    /// <summary>Sets one value: <c>train.steps=100</c>, <c>data[0].turns=600</c>; the value is YAML itself.</summary>
    public static Result<YamlNode> Set(YamlNode root, string assignment)
    {
        string where = "--set " + assignment;
        int equals = assignment.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0)
        {
            return Fault.Configuration("not of the form key=value", where, "write, for example, --set train.steps=100");
        }
        return Parse(assignment[(equals + 1)..], where).Bind(value =>
        {
            // A value keeps no line numbers of its own: faults about it name the option.
            YamlNode current = root;
            string[] steps = assignment[..equals].Replace("[", ".[", StringComparison.Ordinal).Split('.', StringSplitOptions.RemoveEmptyEntries);
            for (int i = 0; i < steps.Length; i++)
            {
                bool last = i == steps.Length - 1;
                Result<YamlNode> next = steps[i].StartsWith('[')
                    ? SetItem(current, steps[i], last ? value : null, where)
                    : SetKey(current, steps[i], last ? value : null, where);
                if (next is not Result<YamlNode>.Ok ok)
                {
                    return next;
                }
                current = ok.Value;
            }
            return root;
        });
    }

    private static Result<YamlNode> SetItem(YamlNode node, string step, YamlNode? value, string where)
    {
        if (node is not YamlSequenceNode list || !int.TryParse(step.AsSpan(1, Math.Max(0, step.Length - 2)), out int index) || index < 0 || index >= list.Children.Count)
        {
            return Fault.Configuration($"there is no list item {step}", where);
        }
        if (value is not null)
        {
            list.Children[index] = value;
        }
        return list.Children[index];
    }

    private static Result<YamlNode> SetKey(YamlNode node, string key, YamlNode? value, string where)
    {
        if (node is not YamlMappingNode map)
        {
            return Fault.Configuration($"'{key}' lies under something that is no mapping", where);
        }
        YamlScalarNode name = new(key);
        if (value is not null)
        {
            map.Children[name] = value;
        }
        else if (!map.Children.ContainsKey(name))
        {
            map.Children[name] = new YamlMappingNode();
        }
        return map.Children[name];
    }
}
