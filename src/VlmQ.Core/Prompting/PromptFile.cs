using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using VlmQ.Core.Episodes;
using VlmQ.Core.Text;

namespace VlmQ.Core.Prompting;

/// <summary>
/// A file of prompts. Lines above the first heading are <c>key: value</c> and comments with <c>#</c>; then headings in brackets, each
/// with its words below it: <c>[part NAME]</c>, which later words take in as <c>{NAME}</c>; <c>[prompt NAME]</c> or <c>[prompt NAME
/// history=K]</c>; <c>[turn]</c>, how an earlier turn is told; <c>[chat NAME]</c>, a family's format with <c>{image}</c> and
/// <c>{prompt}</c>. Empty lines around words do not count.
/// </summary>
public sealed partial record PromptFile
{
    /// <summary>The longest pattern once its parts are in it, in characters.</summary>
    public const int MostLength = 100_000;

    private static readonly ImmutableArray<string> OfPrompts =
    [
        Placeholders.Goal,
        Placeholders.Text,
        Placeholders.History,
        Placeholders.ActionList,
    ];

    private static readonly ImmutableArray<string> OfTurns =
    [
        Placeholders.Turn,
        Placeholders.Text,
        Placeholders.Reply,
        Placeholders.Action,
        Placeholders.Reward,
    ];

    private static readonly ImmutableArray<string> OfChats = [Placeholders.Image, Placeholders.Prompt, Placeholders.NewLine];

    private static readonly ImmutableArray<string> Headings = ["part", "prompt", "turn", "chat"];

    private PromptFile(string path, string environment, ImmutableArray<FilePrompt> prompts, ImmutableArray<ChatFormat> chats)
    {
        Path = path;
        Environment = environment;
        Prompts = prompts;
        Chats = chats;
    }

    /// <summary>What faults call it.</summary>
    public string Path { get; }

    /// <summary>The id of the environment that it is for; with a star at its end, all ids that begin so.</summary>
    public string Environment { get; }

    /// <summary>Its prompts, in order.</summary>
    public ImmutableArray<FilePrompt> Prompts { get; }

    /// <summary>Its chat formats, in order.</summary>
    public ImmutableArray<ChatFormat> Chats { get; }

    /// <summary>True for the environments that it is for.</summary>
    public bool IsFor(string environment) =>
        Environment.EndsWith('*') ? environment.StartsWith(Environment[..^1], StringComparison.Ordinal) : environment == Environment;

    /// <summary>Reads a file's text, or says in which line what is wrong.</summary>
    /// <param name="text">The text.</param>
    /// <param name="path">What faults call it.</param>
    public static Result<PromptFile> Parse(string text, string path)
    {
        ArgumentNullException.ThrowIfNull(text);
        try
        {
            return new Reader(path).Read(text);
        }
        catch (FaultException exception)
        {
            return exception.Fault;
        }
    }

    [GeneratedRegex(@"^\[([A-Za-z]+)( [A-Za-z0-9][A-Za-z0-9._-]*)?( history=[0-9]{1,4})?\]$", RegexOptions.CultureInvariant)]
    private static partial Regex Heading();

    /// <summary>One prompt of a file.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Pattern">Its words; of placeholders only those are left that an observation, its history or the environment fill.</param>
    /// <param name="History">Earlier turns; null for none.</param>
    public sealed record FilePrompt(string Name, string Pattern, TurnHistory? History);

    /// <summary>A heading with the lines below it.</summary>
    private sealed record Section(string Kind, string Name, int? History, int Line)
    {
        public List<string> Lines { get; } = [];
    }

    private sealed class Reader(string path)
    {
        private readonly Dictionary<string, string> _parts = new(StringComparer.Ordinal);
        private readonly ImmutableArray<FilePrompt>.Builder _prompts = ImmutableArray.CreateBuilder<FilePrompt>();
        private readonly ImmutableArray<ChatFormat>.Builder _chats = ImmutableArray.CreateBuilder<ChatFormat>();
        private string? _environment;
        private string _turn = "Turn {turn}: {reply}";

        public PromptFile Read(string text)
        {
            foreach (Section section in Sections(text))
            {
                Take(section);
            }
            if (_environment is null && _prompts.Count > 0)
            {
                throw Wrong(1, "the file does not say which environment its prompts are for", "begin it with `environment: ID`");
            }
            if (_prompts.Count == 0 && _chats.Count == 0)
            {
                throw Wrong(1, "the file has no prompt", "add one under a heading `[prompt NAME]`");
            }
            return new PromptFile(path, _environment ?? "", _prompts.ToImmutable(), _chats.ToImmutable());
        }

        private List<Section> Sections(string text)
        {
            List<Section> sections = [];
            int number = 0;
            foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
            {
                number++;
                if (Heading().Match(line.ToString()) is { Success: true } heading)
                {
                    sections.Add(SectionOf(heading, number));
                }
                else if (sections.Count > 0)
                {
                    sections[^1].Lines.Add(line.TrimEnd().ToString());
                }
                else
                {
                    TakeHeader(line.Trim().ToString(), number);
                }
            }
            return sections;
        }

        private Section SectionOf(Match heading, int line)
        {
            string kind = heading.Groups[1].Value;
            string name = heading.Groups[2].Value.Trim();
            if (!Headings.Contains(kind))
            {
                string? nearest = NearestName.Of(kind, Headings, within: 2);
                string remedy = nearest is null ? $"headings are {string.Join(", ", Headings)}" : $"did you mean [{nearest} …]?";
                throw Wrong(line, $"there is no heading [{kind} …]", remedy);
            }
            if ((kind == "turn") != (name.Length == 0))
            {
                throw Wrong(line, kind == "turn" ? "the heading [turn] has no name" : $"the heading [{kind}] needs a name");
            }
            int? history = null;
            if (heading.Groups[3].Success)
            {
                history = int.Parse(heading.Groups[3].ValueSpan[" history=".Length..], CultureInfo.InvariantCulture);
                if (kind != "prompt" || history is < 1 or > TurnHistory.MostTurns)
                {
                    throw Wrong(
                        line,
                        kind == "prompt" ? $"a history has 1 to {TurnHistory.MostTurns} turns" : "only a prompt has a history"
                    );
                }
            }
            return new Section(kind, name, history, line);
        }

        private void TakeHeader(string line, int number)
        {
            if (line.Length == 0 || line[0] == '#')
            {
                return;
            }
            string[] pair = line.Split(':', 2, StringSplitOptions.TrimEntries);
            if (pair is not ["environment", { Length: > 0 } environment])
            {
                throw Wrong(number, $"'{ActionGrammar.Shown(line)}' is no line `environment: ID` above the first heading");
            }
            if (_environment is not null)
            {
                throw Wrong(number, "the file names two environments");
            }
            _environment = environment;
        }

        private void Take(Section section)
        {
            string words = Words(section, out int first);
            switch (section.Kind)
            {
                case "part":
                    if (OfPrompts.Contains(section.Name) || !_parts.TryAdd(section.Name, Resolve(section, words, first, OfPrompts)))
                    {
                        throw Wrong(section.Line, $"the name of the part '{section.Name}' is taken");
                    }
                    break;
                case "turn":
                    _turn = Resolve(section, words, first, OfTurns, parts: false);
                    break;
                case "chat":
                    TakeChat(section, Resolve(section, words, first, OfChats, parts: false));
                    break;
                default:
                    TakePrompt(section, Resolve(section, words, first, OfPrompts));
                    break;
            }
        }

        private void TakePrompt(Section section, string pattern)
        {
            if (_prompts.Any(prompt => prompt.Name == section.Name))
            {
                throw Wrong(section.Line, $"there are two prompts '{section.Name}'");
            }
            if (pattern.Contains(PromptTemplate.ImagePlaceholder, StringComparison.Ordinal))
            {
                throw Wrong(
                    section.Line,
                    $"the prompt '{section.Name}' names the image",
                    "leave it out: the chat format says where it goes"
                );
            }
            bool places = Placeholders.Split(pattern).Any(piece => piece.Name == Placeholders.History);
            if (places != section.History is not null)
            {
                string what = places ? "has a place for earlier turns but no number of them" : "has no {history} among its words";
                throw Wrong(
                    section.Line,
                    $"the prompt '{section.Name}' {what}",
                    "write [prompt NAME history=K] above words with {history}"
                );
            }
            TurnHistory? history = section.History is { } turns ? new TurnHistory(turns, _turn) : null;
            _prompts.Add(new FilePrompt(section.Name, pattern, history));
        }

        private void TakeChat(Section section, string pattern)
        {
            pattern = Placeholders.Replace(pattern, name => name == Placeholders.NewLine ? "\n" : null);
            string[] names = [.. Placeholders.Split(pattern).Select(piece => piece.Name).OfType<string>()];
            if (names is not [Placeholders.Image, Placeholders.Prompt])
            {
                throw Wrong(section.Line, $"the chat format '{section.Name}' must have {{image}} and after it {{prompt}}, once each");
            }
            string[] parts = pattern.Split(["{image}", "{prompt}"], StringSplitOptions.None);
            _chats.Add(new ChatFormat(section.Name, parts[0], parts[1], parts[2]));
        }

        /// <summary>The words below a heading without the empty lines around them, and the number of the first line.</summary>
        private string Words(Section section, out int first)
        {
            int from = section.Lines.FindIndex(line => line.Length > 0);
            if (from < 0)
            {
                throw Wrong(section.Line, $"there is nothing under the heading [{section.Kind} {section.Name}]");
            }
            int last = section.Lines.FindLastIndex(line => line.Length > 0);
            first = section.Line + 1 + from;
            return string.Join('\n', section.Lines[from..(last + 1)]);
        }

        /// <summary>The words with their parts; every other placeholder is one that is known.</summary>
        private string Resolve(Section section, string words, int first, ImmutableArray<string> known, bool parts = true)
        {
            StringBuilder resolved = new();
            foreach ((string? literal, string? name, int at) in Placeholders.Split(words))
            {
                if (name is null)
                {
                    // What was escaped stays so: the words are split again when they are rendered.
                    bool isEscaped = !words.AsSpan(at).StartsWith(literal);
                    resolved.Append(isEscaped ? $"{{{literal}}}" : literal);
                }
                else if (known.Contains(name))
                {
                    resolved.Append('{').Append(name).Append('}');
                }
                else if (parts && _parts.TryGetValue(name, out string? part))
                {
                    resolved.Append(part);
                }
                else
                {
                    int line = first + words.AsSpan(0, at).Count('\n');
                    throw Unknown(section, line, name, parts ? [.. known, .. _parts.Keys] : known);
                }
                if (resolved.Length > MostLength)
                {
                    throw Wrong(section.Line, $"[{section.Kind} {section.Name}] is longer than {MostLength} characters with its parts");
                }
            }
            return resolved.ToString();
        }

        private FaultException Unknown(Section section, int line, string name, ImmutableArray<string> known)
        {
            string? nearest = NearestName.Of(name, known, within: Math.Max(2, name.Length / 3));
            string remedy = nearest is null
                ? $"known are {string.Join(", ", known.Select(one => $"{{{one}}}"))}; write {{{{{name}}}}} for the word in braces"
                : $"did you mean {{{nearest}}}?";
            string title = section.Name.Length == 0 ? section.Kind : $"{section.Kind} '{section.Name}'";
            return Wrong(line, $"the {title} has an unknown placeholder {{{name}}}", remedy);
        }

        private FaultException Wrong(int line, string what, string remedy = "") =>
            new(Fault.Configuration(what, string.Create(CultureInfo.InvariantCulture, $"{path}:{line}"), remedy));
    }
}
