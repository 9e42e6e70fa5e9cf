using System.Text.Json;
using System.Text.Json.Serialization;
using Spectre.Console;

namespace VlmQ.Cli.Terminal;

/// <summary>
/// Where a command talks: results on standard output, everything for people on standard error. With <c>--json</c>, standard output
/// holds exactly one JSON document.
/// </summary>
internal sealed class Shell(TextWriter output, TextWriter error, bool json, bool interactive, bool pictures, TimeProvider clock)
{
    /// <summary>How every JSON document of this program is written.</summary>
    public static JsonSerializerOptions JsonOptions { get; } =
        new()
        {
            WriteIndented = true,
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            DictionaryKeyPolicy = null,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
            Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
            Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };

    /// <summary>The process's own streams.</summary>
    public static Shell OfProcess(bool json) => new(Console.Out, Console.Error, json, IsTerminal, IsColourTerminal, TimeProvider.System);

    private static bool IsTerminal => !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") != "dumb";

    private static bool IsColourTerminal =>
        !Console.IsOutputRedirected
        && Environment.GetEnvironmentVariable("TERM") != "dumb"
        && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    /// <summary>True where standard output is a terminal that shows colours.</summary>
    public bool DrawsPictures => pictures && !json;

    /// <summary>True where standard error is a terminal: somebody watches.</summary>
    public bool IsWatched => interactive;

    /// <summary>A line for people.</summary>
    public void Say(string line)
    {
        lock (error)
        {
            error.WriteLine(line);
        }
    }

    /// <summary>The command's result: as JSON, or as text for people who read standard output.</summary>
    public void Result<T>(T value, Func<T, string> text) =>
        output.WriteLine(json ? JsonSerializer.Serialize(value, JsonOptions) : text(value).TrimEnd());

    /// <summary>A board for the pieces of work that follow.</summary>
    public IProgressBoard Progress() =>
        interactive
            ? new TerminalProgressBoard(AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(error) }), clock)
            : new PlainProgressBoard(error, clock);

    /// <summary>Shows the progress of one piece of work.</summary>
    /// <param name="name">What the line is called.</param>
    /// <param name="unit">What is counted, in the plural.</param>
    /// <param name="work">The work; reports how many are done.</param>
    public async Task<T> WatchAsync<T>(string name, string unit, Func<IProgress<long>, Task<T>> work)
    {
        await using IProgressBoard board = Progress();
        using IProgressLine line = board.Begin(name, null, unit);
        return await work(new LineProgress(line)).ConfigureAwait(false);
    }
}
