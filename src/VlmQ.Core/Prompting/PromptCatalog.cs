using System.Collections.Immutable;
using VlmQ.Core.Environments;
using VlmQ.Core.Episodes;
using VlmQ.Core.Text;

namespace VlmQ.Core.Prompting;

/// <summary>The prompts and chat formats of some files.</summary>
public sealed class PromptCatalog
{
    private readonly ImmutableArray<PromptFile> _files;

    /// <param name="files">The files. Of two that are for an environment, the one that names it more exactly comes first.</param>
    public PromptCatalog(IEnumerable<PromptFile> files) =>
        _files = [
            .. files.OrderByDescending(file => file.Environment.TrimEnd('*').Length).ThenBy(file => file.Path, StringComparer.Ordinal),
        ];

    /// <summary>The names of the chat formats.</summary>
    public IEnumerable<string> ChatNames => Chats.Select(chat => chat.Name);

    private IEnumerable<ChatFormat> Chats => _files.SelectMany(file => file.Chats).Prepend(ChatFormat.None);

    /// <summary>Reads files, or the fault of the first that is wrong.</summary>
    /// <param name="files">What faults call each, and its text.</param>
    public static Result<PromptCatalog> Parse(IEnumerable<(string Path, string Text)> files)
    {
        List<PromptFile> parsed = [];
        foreach ((string path, string text) in files)
        {
            Result<PromptFile> file = PromptFile.Parse(text, path);
            if (file is Result<PromptFile>.Failed failed)
            {
                return failed.Fault;
            }
            parsed.Add(file.OrThrow());
        }
        return new PromptCatalog(parsed);
    }

    /// <summary>The names of an environment's prompts.</summary>
    public ImmutableArray<string> NamesFor(string environment) =>
        [.. _files.Where(file => file.IsFor(environment)).SelectMany(file => file.Prompts).Select(prompt => prompt.Name).Distinct()];

    /// <summary>The chat format of a name, or a fault that lists those there are.</summary>
    public Result<ChatFormat> FindChat(string name)
    {
        if (Chats.FirstOrDefault(chat => chat.Name == name) is { } found)
        {
            return found;
        }
        return Fault.Configuration($"there is no chat format '{name}'", remedy: Nearest(name, [.. ChatNames]));
    }

    /// <summary>The template of an environment, or a fault that lists those it has.</summary>
    /// <param name="environment">The environment's id.</param>
    /// <param name="name">The prompt's name.</param>
    /// <param name="chat">The chat format's.</param>
    public Result<PromptTemplate> Find(string environment, string name, string chat = ChatFormat.NoneName)
    {
        foreach (PromptFile file in _files.Where(file => file.IsFor(environment)))
        {
            if (file.Prompts.FirstOrDefault(prompt => prompt.Name == name) is { } found)
            {
                return FindChat(chat)
                    .Bind(format =>
                        WithActions(found.Pattern, environment)
                            .Map(pattern => new PromptTemplate(environment, name, pattern, found.History, format))
                    );
            }
        }
        ImmutableArray<string> names = NamesFor(environment);
        return names.IsEmpty
            ? Fault.Configuration($"no prompt template is written for the environment '{environment}'")
            : Fault.Configuration($"there is no prompt template '{name}' for {environment}", remedy: Nearest(name, names));
    }

    private static Result<string> WithActions(string pattern, string environment)
    {
        if (!Placeholders.Split(pattern).Any(piece => piece.Name == Placeholders.ActionList))
        {
            return pattern;
        }
        return EnvironmentCatalog
            .Find(environment)
            .Map(known =>
            {
                string actions = string.Join(", ", known.Actions.Select(action => $"\"{action}\""));
                return Placeholders.Replace(pattern, name => name == Placeholders.ActionList ? actions : null);
            });
    }

    private static string Nearest(string name, ImmutableArray<string> names)
    {
        string? nearest = NearestName.Of(name, names, within: 2);
        return nearest is null ? $"use one of: {string.Join(", ", names)}" : $"did you mean '{nearest}'?";
    }
}
