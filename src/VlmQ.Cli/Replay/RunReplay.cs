using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using VlmQ.Cli.Configuration;
using VlmQ.Cli.Pipelines;
using VlmQ.Cli.Terminal;
using VlmQ.Core.Episodes;

namespace VlmQ.Cli.Replay;

/// <summary>Does a finished run again, in a folder of its own, and compares what came out.</summary>
internal sealed class RunReplay
{
    /// <summary>Keys that measure the machine, not the run.</summary>
    private static readonly ImmutableArray<string> Clocks = ["cpu_seconds", "train_cpu_seconds", "data_wait"];

    /// <summary>Parts of a record that say under which name what came out, and what it depends on.</summary>
    private static readonly ImmutableArray<string> Described = ["outputs", "versions", "machine", "inputs"];

    private readonly RunFolder _recorded;
    private readonly RunFolder _again;

    private RunReplay(RunFolder recorded, RunFolder again)
    {
        _recorded = recorded;
        _again = again;
    }

    /// <summary>Runs and compares.</summary>
    /// <param name="folder">The finished run.</param>
    /// <param name="output">Where it is done again; beside it, with <c>-replay</c> at the end, where none is named.</param>
    /// <param name="shell">Where progress is shown.</param>
    /// <param name="token">Stops it; the same call goes on.</param>
    public static async Task<Result<RunReplayResult>> RunAsync(string folder, string? output, Shell shell, CancellationToken token)
    {
        RunFolder recorded = new(folder);
        RunFolder again = new(output ?? recorded.Root + "-replay");
        if (!Directory.Exists(folder))
        {
            return Fault.Data("there is no such folder", folder, "name the folder of a run, or of a dataset of episodes");
        }
        if (Document(recorded) is not { } document)
        {
            return Fault.Data("is no record of a run", recorded.Run, "name the folder of a run, or of a dataset of episodes");
        }
        if ((bool?)document["complete"] != true)
        {
            return Fault.Data("the run did not come to its end", recorded.Run, "finish it with `vlmq run`, then replay it");
        }
        if (Unreadable(recorded, document) is { } damaged)
        {
            return damaged;
        }
        if (Document(again) is { } there && (bool?)there["complete"] == true)
        {
            return Fault.Configuration("holds a finished run already", again.Root, "remove it, or choose another --out");
        }
        PipelineConfiguration pipeline = YamlDocument
            .Parse(document["configuration"]!.ToJsonString(Shell.JsonOptions), recorded.Run)
            .Bind(YamlBinder.Bind<PipelineConfiguration>)
            .OrThrow();
        PipelineRunner runner = PipelineRunner.Create(pipeline, again).OrThrow();
        shell.Say($"{pipeline.Name}: again, into {again.Root}");
        var ran = await runner.RunAsync(shell, token).ConfigureAwait(false);
        return ran.Map(_ => new RunReplay(recorded, again).Compare(document));
    }

    // Found out before the work is done again, which can take hours.
    private static Fault? Unreadable(RunFolder recorded, JsonNode document)
    {
        bool described =
            document["configuration"] is JsonObject
            && Described.All(part =>
                document[part] is null || (document[part] is JsonObject texts && texts.All(pair => IsText(pair.Value)))
            );
        return !described ? Wrong(recorded.Run)
            : !File.Exists(recorded.Metrics) || !File.ReadLines(recorded.Metrics).All(IsObject) ? Wrong(recorded.Metrics)
            : RunFolder.ReadJson<JsonObject>(recorded.Summary)?["results"] is not JsonArray ? Wrong(recorded.Summary)
            : null;

        static Fault Wrong(string file) =>
            Fault.Data("the file is missing or not as a run writes it", file, "restore it from where the run was copied");
    }

    private static bool IsText(JsonNode? node) => node?.GetValueKind() == JsonValueKind.String;

    private static bool IsObject(string line)
    {
        try
        {
            return JsonNode.Parse(line) is JsonObject;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static JsonNode? Document(RunFolder folder) =>
        RunFolder.ReadJson<JsonObject>(folder.Run) is { } document
        && IsText(document["format"])
        && (string?)document["format"] == Provenance.Format
        && document["complete"]?.GetValueKind() is JsonValueKind.True or JsonValueKind.False
            ? document
            : null;

    private RunReplayResult Compare(JsonNode recorded)
    {
        JsonNode again = Document(_again)!;
        List<OutputDifference> differences = [];
        foreach ((string name, string? there, string? here) in Pairs(recorded["outputs"], again["outputs"]))
        {
            // The metrics' file also holds times: it is compared line by line.
            if (name != Path.GetFileName(_recorded.Metrics) && there != here)
            {
                differences.Add(new OutputDifference(name, there ?? "none", here ?? "none"));
            }
        }
        if (FirstLine(File.ReadAllLines(_recorded.Metrics), File.ReadAllLines(_again.Metrics)) is { } line)
        {
            differences.Add(line);
        }
        if (ConfigurationDifference.First(Untimed(_recorded.Summary), Untimed(_again.Summary)) is { } result)
        {
            differences.Add(new OutputDifference(Path.GetFileName(_recorded.Summary), result, ""));
        }
        ImmutableArray<string> causes =
        [
            .. new[] { "versions", "machine", "inputs" }.SelectMany(part =>
                Pairs(recorded[part], again[part])
                    .Where(pair => pair.There != pair.Here)
                    .Select(pair => $"{pair.Name}: {pair.There ?? "none"} then, {pair.Here ?? "none"} now")
            ),
        ];
        int compared = Pairs(recorded["outputs"], again["outputs"]).Count() + 1;
        return new RunReplayResult(_recorded.Root, _again.Root, compared, [.. differences], causes);
    }

    private static IEnumerable<(string Name, string? There, string? Here)> Pairs(JsonNode? there, JsonNode? here)
    {
        JsonObject old = there?.AsObject() ?? [];
        JsonObject now = here?.AsObject() ?? [];
        return old.Select(pair => pair.Key)
            .Union(now.Select(pair => pair.Key))
            .Select(name => (name, (string?)old[name], (string?)now[name]));
    }

    private OutputDifference? FirstLine(string[] there, string[] here)
    {
        string name = Path.GetFileName(_recorded.Metrics);
        for (int i = 0; i < Math.Min(there.Length, here.Length); i++)
        {
            if (ConfigurationDifference.First(Untimed(JsonNode.Parse(there[i])), Untimed(JsonNode.Parse(here[i]))) is { } difference)
            {
                return new OutputDifference($"{name}:{i + 1}", difference, "");
            }
        }
        return there.Length == here.Length ? null : new OutputDifference(name, $"{there.Length} lines", $"{here.Length} lines");
    }

    // An array has no keys by which a difference could be named: its items get their positions.
    private static JsonNode? Untimed(string summary) =>
        new JsonObject(
            JsonNode.Parse(File.ReadAllText(summary))!["results"]!
                .AsArray()
                .Select((item, i) => KeyValuePair.Create($"results[{i}]", Untimed(item!.DeepClone())))
        );

    private static JsonNode? Untimed(JsonNode? values)
    {
        foreach (string clock in Clocks)
        {
            (values as JsonObject)?.Remove(clock);
        }
        return values;
    }
}
