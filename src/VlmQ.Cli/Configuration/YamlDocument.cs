using VlmQ.Core.Episodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace VlmQ.Cli.Configuration;

/// <summary>A YAML document with <c>--set key=value</c> applied, which knows of every node where it came from.</summary>
internal sealed class YamlDocument
{
    private const int LargestDocument = 1 << 20;

    private readonly string _source;
    private readonly Dictionary<YamlNode, string> _settings = new(ReferenceEqualityComparer.Instance);

    private YamlDocument(string source, YamlNode root)
    {
        _source = source;
        Root = root;
    }

    public YamlNode Root { get; }

    /// <summary>Where a node was written: <c>file:line</c>, or the <c>--set</c> that set it.</summary>
    public string PlaceOf(YamlNode node) =>
        _settings.TryGetValue(node, out string? setting) ? setting
        : node.Start.Line > 0 ? $"{_source}:{node.Start.Line}"
        : _source;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="kind">What such a file is, for faults.</param>
    /// <param name="example">A shipped one, for faults.</param>
    public static Result<YamlDocument> Load(string path, string kind = "pipeline", string example = "pipelines/numberline.yaml")
    {
        try
        {
            FileInfo file = new(path);
            if (!file.Exists)
            {
                return Fault.Configuration("no such file", path, $"give the path of a {kind}, such as {example}");
            }
            return file.Length > LargestDocument
                ? Fault.Configuration($"larger than 1 MiB; that is no {kind}", path)
                : Parse(File.ReadAllText(path), path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Fault.External("cannot be read: " + exception.Reason(), path, "mend its permissions");
        }
    }

    /// <summary>Reads a text; an empty one is an empty mapping.</summary>
    public static Result<YamlDocument> Parse(string text, string source) =>
        ParseNode(text, source, new YamlMappingNode()).Map(root => new YamlDocument(source, root));

    /// <summary>Sets one value: <c>train.steps=100</c>, <c>data[0].turns=600</c>; the value is YAML itself.</summary>
    /// <param name="assignment">The key and the value.</param>
    /// <param name="example">One that can be made, for the fault of one that cannot be read.</param>
    public Result<YamlDocument> Set(string assignment, string example)
    {
        string where = "--set " + assignment;
        int equals = assignment.IndexOf('=', StringComparison.Ordinal);
        string[] steps = assignment[..Math.Max(0, equals)].Replace("[", ".[", StringComparison.Ordinal).Split('.');
        if (steps.Any(string.IsNullOrWhiteSpace))
        {
            return Fault.Configuration("not of the form key=value", where, $"write, for example, --set {example}");
        }
        YamlScalarNode nothing = new("") { Style = ScalarStyle.Plain };
        return ParseNode(assignment[(equals + 1)..], where, nothing)
            .Bind<YamlDocument>(value =>
            {
                foreach (YamlNode node in value.AllNodes)
                {
                    _settings[node] = where;
                }
                YamlNode current = Root;
                for (int i = 0; i < steps.Length; i++)
                {
                    YamlNode? leaf = i == steps.Length - 1 ? value : null;
                    Result<YamlNode> next = steps[i].StartsWith('[')
                        ? SetItem(current, steps[i], leaf, where)
                        : SetKey(current, steps[i], leaf, where);
                    if (next is Result<YamlNode>.Failed failed)
                    {
                        return failed.Fault;
                    }
                    current = next.OrThrow();
                }
                return this;
            });
    }

    private static Result<YamlNode> ParseNode(string text, string source, YamlNode empty)
    {
        try
        {
            YamlLimits.Check(new StringReader(text));
            YamlStream stream = [];
            stream.Load(new StringReader(text));
            return stream.Documents.Count == 0 ? empty : stream.Documents[0].RootNode;
        }
        catch (YamlException exception)
        {
            string where = source.StartsWith("--set", StringComparison.Ordinal) ? source : $"{source}:{exception.Start.Line}";
            return Fault.Configuration("not valid YAML: " + exception.Reason(), where);
        }
        // The parser lets some damaged directives and escapes end in one of these.
        catch (Exception exception)
            when (exception is ArgumentException or FormatException or OverflowException or InvalidOperationException)
        {
            return Fault.Configuration("not valid YAML: " + exception.Reason(), source);
        }
    }

    private static Result<YamlNode> SetItem(YamlNode node, string step, YamlNode? value, string where)
    {
        bool isIndex = int.TryParse(step.AsSpan(1, Math.Max(0, step.Length - 2)), out int index) && step.EndsWith(']');
        if (node is not YamlSequenceNode list || !isIndex || index < 0 || index >= list.Children.Count)
        {
            return Fault.Configuration($"there is no list item {step}", where);
        }
        if (value is not null)
        {
            list.Children[index] = value;
        }
        return list.Children[index];
    }

    private Result<YamlNode> SetKey(YamlNode node, string key, YamlNode? value, string where)
    {
        if (node is not YamlMappingNode map)
        {
            return Fault.Configuration($"'{key}' lies under something that is no mapping", where);
        }
        // The key is replaced too, so that a fault of it names the setting.
        YamlScalarNode name = new(key);
        if (value is not null || !map.Children.ContainsKey(name))
        {
            map.Children.Remove(name);
            YamlNode child = value ?? new YamlMappingNode();
            _settings[name] = where;
            _settings[child] = where;
            map.Children[name] = child;
        }
        return map.Children[name];
    }
}
