using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using VlmQ.Core.Episodes;

namespace VlmQ.Core.Prompting;

/// <summary>
/// How an observation becomes a prompt: exactly one image placeholder in front, then words. In the pattern, <c>{goal}</c> and
/// <c>{text}</c> stand for the observation's own; a text that the pattern has no place for goes in front of it.
/// </summary>
public sealed record PromptTemplate
{
    /// <summary>Where the picture goes.</summary>
    public const string ImagePlaceholder = "<image>";

    /// <summary>The template of small models, and the default.</summary>
    public const string Brief = "brief";

    /// <summary>Says the rules of the game and asks for a JSON object with the action alone.</summary>
    public const string ActionOnly = "action-only";

    /// <summary>Says the rules and asks to read the picture and to think before the action.</summary>
    public const string ChainOfThought = "chain-of-thought";

    /// <param name="environment">The id of the environment that it is written for.</param>
    /// <param name="name">Its name in that environment.</param>
    /// <param name="pattern">The words, without the image placeholder.</param>
    /// <exception cref="ArgumentException">The pattern is empty or names the image.</exception>
    public PromptTemplate(string environment, string name, string pattern)
    {
        ArgumentException.ThrowIfNullOrEmpty(environment);
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentException.ThrowIfNullOrWhiteSpace(pattern);
        if (pattern.Contains(ImagePlaceholder, StringComparison.Ordinal))
        {
            throw new ArgumentException("The image placeholder is put in front of the pattern.", nameof(pattern));
        }
        Environment = environment;
        Name = name;
        Pattern = pattern;
        Digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"vlmq-prompt/1\n{environment}\n{name}\n{pattern}")));
    }

    /// <summary>The id of the environment that it is written for.</summary>
    public string Environment { get; }

    /// <summary>Its name in that environment.</summary>
    public string Name { get; }

    /// <summary>The words, without the image placeholder.</summary>
    public string Pattern { get; }

    /// <summary>SHA-256 of everything that shapes a prompt, in lower-case hexadecimal: equal digests, equal prompts.</summary>
    public string Digest { get; }

    /// <summary>The template of an environment, or a fault that lists those it has.</summary>
    public static Result<PromptTemplate> Find(string environment, string name)
    {
        ImmutableArray<PromptTemplate> templates = GymCardsPrompts.For(environment);
        foreach (PromptTemplate template in templates)
        {
            if (template.Name == name)
            {
                return template;
            }
        }
        return templates.IsEmpty
            ? Fault.Configuration($"no prompt template is written for the environment '{environment}'")
            : Fault.Configuration(
                $"there is no prompt template '{name}' for {environment}",
                remedy: $"use one of: {string.Join(", ", templates.Select(template => template.Name))}"
            );
    }

    /// <summary>The prompt. A placeholder inside the observation's own words is broken up: it stands for no picture.</summary>
    public string Render(Observation observation) =>
        ImagePlaceholder
        + (observation.Text.Length == 0 || Pattern.Contains("{text}", StringComparison.Ordinal) ? "" : Harmless(observation.Text) + "\n")
        + Pattern
            .Replace("{goal}", Harmless(observation.Goal), StringComparison.Ordinal)
            .Replace("{text}", Harmless(observation.Text), StringComparison.Ordinal);

    private static string Harmless(string words) => words.Replace(ImagePlaceholder, "< image>", StringComparison.Ordinal);
}
