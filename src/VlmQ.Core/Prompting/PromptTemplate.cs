using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using VlmQ.Core.Episodes;

namespace VlmQ.Core.Prompting;

/// <summary>
/// How an observation and the turns before it become a prompt: exactly one image placeholder, and words. In the pattern <c>{goal}</c>
/// and <c>{text}</c> stand for the observation's own, and <c>{history}</c> for earlier turns. A line that holds nothing but one
/// placeholder is left out where that is empty; a text that the pattern has no place for goes in front of it. Pure: collection and
/// conversion make the same prompt of the same turns.
/// </summary>
public sealed record PromptTemplate
{
    /// <summary>Where the picture goes.</summary>
    public const string ImagePlaceholder = "<image>";

    /// <summary>The template of small models, and the default.</summary>
    public const string Brief = "brief";

    private readonly ImmutableArray<PatternPiece> _pieces;
    private readonly ImmutableArray<PatternPiece> _turn;
    private readonly bool _placesText;

    /// <param name="environment">The id of the environment that it is written for.</param>
    /// <param name="name">Its name in that environment.</param>
    /// <param name="pattern">The words, without the image placeholder.</param>
    /// <param name="history">Earlier turns, for a pattern with <c>{history}</c> and for no other.</param>
    /// <param name="chat">What the model's family expects around the words; null for <see cref="ChatFormat.None"/>.</param>
    /// <exception cref="ArgumentException">The pattern is empty, names the image or an unknown placeholder, or has a history without a
    /// place or a place without a history.</exception>
    public PromptTemplate(string environment, string name, string pattern, TurnHistory? history = null, ChatFormat? chat = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(environment);
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentException.ThrowIfNullOrWhiteSpace(pattern);
        if (pattern.Contains(ImagePlaceholder, StringComparison.Ordinal))
        {
            throw new ArgumentException("The image placeholder is put in front of the pattern.", nameof(pattern));
        }
        _pieces = Placeholders.Split(pattern);
        string[] named = [.. _pieces.Select(piece => piece.Name).OfType<string>()];
        if (named.FirstOrDefault(name => name is not (Placeholders.Goal or Placeholders.Text or Placeholders.History)) is { } unknown)
        {
            throw new ArgumentException($"There is no placeholder {{{unknown}}}.", nameof(pattern));
        }
        if (named.Contains(Placeholders.History) != history is not null)
        {
            throw new ArgumentException("A history has a place in the pattern, and a place has a history.", nameof(history));
        }
        _turn = history is null ? [] : Placeholders.Split(history.Pattern);
        _placesText = named.Contains(Placeholders.Text);
        Environment = environment;
        Name = name;
        Pattern = pattern;
        History = history;
        Chat = chat ?? ChatFormat.None;
        Digest = DigestOf(this);
    }

    /// <summary>The id of the environment that it is written for.</summary>
    public string Environment { get; }

    /// <summary>Its name in that environment.</summary>
    public string Name { get; }

    /// <summary>The words, without the image placeholder.</summary>
    public string Pattern { get; }

    /// <summary>Earlier turns; null for none.</summary>
    public TurnHistory? History { get; }

    /// <summary>What the model's family expects around the words.</summary>
    public ChatFormat Chat { get; }

    /// <summary>SHA-256 of everything that shapes a prompt, in lower-case hexadecimal: equal digests, equal prompts.</summary>
    public string Digest { get; }

    /// <summary>The prompt.</summary>
    /// <param name="earlier">The turns of the episode so far, in order; more than are needed do no harm.</param>
    /// <param name="observation">What is seen now.</param>
    public string Render(ReadOnlySpan<Turn> earlier, Observation observation)
    {
        ArgumentNullException.ThrowIfNull(observation);
        StringBuilder words = new();
        if (observation.Text.Length > 0 && !_placesText)
        {
            words.Append(Chat.Harmless(observation.Text)).Append('\n');
        }
        bool skipsLineEnd = false;
        for (int i = 0; i < _pieces.Length; i++)
        {
            if (_pieces[i].Words is { } literal)
            {
                words.Append(literal.AsSpan(skipsLineEnd ? 1 : 0));
                skipsLineEnd = false;
                continue;
            }
            string value = ValueOf(_pieces[i].Name!, earlier, observation);
            skipsLineEnd = value.Length == 0 && StandsAlone(i);
            if (skipsLineEnd && i == _pieces.Length - 1 && words.Length > 0)
            {
                words.Length--;
            }
            words.Append(value);
        }
        return Chat.Wrap(words.ToString());
    }

    private string ValueOf(string placeholder, ReadOnlySpan<Turn> earlier, Observation observation) =>
        placeholder switch
        {
            Placeholders.Goal => Chat.Harmless(observation.Goal),
            Placeholders.Text => Chat.Harmless(observation.Text),
            Placeholders.History => Told(earlier),
            _ => throw new InvalidOperationException($"The constructor let {{{placeholder}}} pass."),
        };

    /// <summary>True where nothing else is on a placeholder's line.</summary>
    private bool StandsAlone(int piece) =>
        (piece == 0 || _pieces[piece - 1].Words is ['\n'] or [.., '\n'])
        && (piece == _pieces.Length - 1 || _pieces[piece + 1].Words is ['\n', ..]);

    private string Told(ReadOnlySpan<Turn> earlier)
    {
        StringBuilder told = new();
        for (int i = Math.Max(0, earlier.Length - History!.Turns); i < earlier.Length; i++)
        {
            Turn turn = earlier[i];
            int number = i + 1;
            told.Append(told.Length == 0 ? "" : "\n");
            foreach ((string? words, string? name, _) in _turn)
            {
                told.Append(
                    name switch
                    {
                        null => words,
                        Placeholders.Turn => number.ToString(CultureInfo.InvariantCulture),
                        Placeholders.Text => Chat.Harmless(turn.Observation.Text),
                        Placeholders.Reply => Chat.Harmless(Cut(turn.Reply.Text)),
                        Placeholders.Action => turn.Action is { } action ? Chat.Harmless(action) : "none",
                        Placeholders.Reward => turn.Reward.ToString("R", CultureInfo.InvariantCulture),
                        _ => throw new InvalidOperationException($"There is no placeholder {{{name}}} of a turn."),
                    }
                );
            }
        }
        return told.ToString();
    }

    private static string Cut(string reply)
    {
        if (reply.Length <= TurnHistory.MostReply)
        {
            return reply;
        }
        int length = char.IsHighSurrogate(reply[TurnHistory.MostReply - 1]) ? TurnHistory.MostReply - 1 : TurnHistory.MostReply;
        return reply[..length] + "…";
    }

    private static string DigestOf(PromptTemplate template)
    {
        string all = $"{template.Environment}\n{template.Name}\n{template.Pattern}";
        // Prompts without history and roles are older than those with: what was made with them keeps its digest.
        bool isPlain = template.History is null && template.Chat == ChatFormat.None;
        string history = template.History is { } turns ? string.Create(CultureInfo.InvariantCulture, $"{turns.Turns} {turns.Pattern}") : "";
        string[] values = [template.Environment, template.Name, template.Pattern, history, template.Chat.Wrap("{prompt}")];
        string whole = isPlain
            ? "vlmq-prompt/1\n" + all
            : "vlmq-prompt/2\n"
                + string.Concat(values.Select(value => string.Create(CultureInfo.InvariantCulture, $"{value.Length}:{value}")));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(whole)));
    }
}
