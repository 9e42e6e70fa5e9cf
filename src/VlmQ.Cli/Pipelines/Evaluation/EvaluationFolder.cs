using System.Collections.Immutable;
using System.Text.Json.Nodes;
using VlmQ.Cli.Configuration;
using VlmQ.Cli.Reports.Failures;
using VlmQ.Cli.Terminal;
using VlmQ.Core.Episodes;

namespace VlmQ.Cli.Pipelines.Evaluation;

/// <summary>
/// The files of an evaluation: <c>eval.json</c> (what is evaluated, and how), <c>played/</c> (each environment and way of playing as soon as
/// it is done, so that an evaluation can be gone on with), <c>summary.json</c> (the table), and <c>failures/report.html</c>.
/// </summary>
internal sealed class EvaluationFolder
{
    private const string Format = "vlmq-eval/1";

    private EvaluationFolder(string root) => Root = root;

    /// <summary>The folder.</summary>
    public string Root { get; }

    /// <summary>The table.</summary>
    public string Summary => Path.Combine(Root, "summary.json");

    /// <summary>The page of the episodes that did not succeed.</summary>
    public string Report => Path.Combine(Root, "failures", "report.html");

    private string Played => Path.Combine(Root, "played");

    /// <summary>Opens a folder, or makes it.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="settings">What is evaluated and how, the environments aside.</param>
    /// <param name="environments">What differs from one environment to another: settings by id. Others may have been played before.</param>
    /// <returns>The fault of a folder that holds an evaluation with other settings.</returns>
    public static Result<EvaluationFolder> Open(string folder, JsonObject settings, JsonObject environments)
    {
        EvaluationFolder opened = new(Path.GetFullPath(folder));
        string path = Path.Combine(opened.Root, "eval.json");
        if (OutputFolder.Refusal(opened.Root) is { } file)
        {
            return file;
        }
        if (!File.Exists(path) && Directory.Exists(opened.Root) && Directory.EnumerateFileSystemEntries(opened.Root).Any())
        {
            return Fault.Configuration("the folder holds something that is no evaluation", opened.Root, "choose another --out");
        }
        JsonObject? there = RunFolder.ReadJson<JsonObject>(path);
        if (there is null && File.Exists(path))
        {
            return Fault.Data("is no record of an evaluation", path, "choose another --out, or remove the folder");
        }
        JsonObject earlier = there?["environments"] as JsonObject ?? [];
        string? difference = there is null
            ? null
            : ConfigurationDifference.First(there["settings"], settings)
                ?? environments
                    .Where(pair => earlier.ContainsKey(pair.Key))
                    .Select(pair => ConfigurationDifference.First(earlier[pair.Key], pair.Value, pair.Key))
                    .FirstOrDefault(found => found is not null);
        if (difference is not null)
        {
            return Fault.Configuration(
                $"the folder holds an evaluation with another {difference}",
                opened.Root,
                "choose another --out, or remove the folder"
            );
        }
        JsonObject known = new(
            earlier
                .Concat(environments.Where(pair => !earlier.ContainsKey(pair.Key)))
                .Select(Copy)
                .OrderBy(pair => pair.Key, StringComparer.Ordinal)
        );
        RunFolder.WriteJson(
            path,
            new
            {
                Format,
                Settings = settings,
                Environments = known,
            }
        );
        return opened;
    }

    /// <summary>What was played before; null where it was not, or not to its end.</summary>
    public FailedEpisodes? Find(string environment, string player) =>
        RunFolder.ReadJson<FailedEpisodes>(PathOf(environment, player)) is { Row: not null, Worst.IsDefault: false } played ? played : null;

    /// <summary>Keeps what was played.</summary>
    public void Keep(FailedEpisodes played) => RunFolder.WriteJson(PathOf(played.Row.Env, played.Row.Player), played);

    /// <summary>Writes table and page.</summary>
    /// <param name="summary">The table.</param>
    /// <param name="title">The page's title.</param>
    /// <param name="all">What was played.</param>
    public void Finish<T>(T summary, string title, ImmutableArray<FailedEpisodes> all)
    {
        RunFolder.WriteJson(Summary, summary);
        RunFolder.Write(Report, output => FailurePage.Write(output, title, all));
    }

    private string PathOf(string environment, string player) =>
        Path.Combine(Played, FileNameOf(environment) + "-" + FileNameOf(player) + ".json");

    // An id holds slashes, a mixture equals signs; a remote model's name may hold anything.
    private static string FileNameOf(string name) =>
        string.Concat(name.Take(80).Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' ? letter : '_'));

    private static KeyValuePair<string, JsonNode?> Copy(KeyValuePair<string, JsonNode?> pair) => new(pair.Key, pair.Value?.DeepClone());
}
