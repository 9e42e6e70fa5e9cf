using System.Collections.Immutable;
using VlmQ.Core.Text;

namespace VlmQ.Cli.Play;

/// <summary>The keys by which a person chooses an environment's actions.</summary>
internal sealed class KeyBindings
{
    /// <summary>Leaves the game.</summary>
    public const char Quit = 'q';

    // An arrow also stands for an action of two words, such as "turn left".
    private static readonly ImmutableArray<(ConsoleKey Key, char Sign, ImmutableArray<string> Words)> Arrows =
    [
        (ConsoleKey.LeftArrow, '←', ["left", "-"]),
        (ConsoleKey.RightArrow, '→', ["right", "+"]),
        (ConsoleKey.UpArrow, '↑', ["forward"]),
    ];

    private readonly ImmutableArray<(string Action, char Key)> _keys;

    /// <param name="actions">The environment's actions. One of a single character is its own key, <c>10</c> has <c>0</c>, and a word its first
    /// letter that is free.</param>
    public KeyBindings(ImmutableArray<string> actions)
    {
        List<char> taken = [Quit, .. actions.Where(action => action.Length == 1).Select(action => action[0])];
        ImmutableArray<(string, char)>.Builder keys = ImmutableArray.CreateBuilder<(string, char)>();
        foreach (string action in actions)
        {
            char key =
                action.Length == 1 ? action[0]
                : action == "10" ? '0'
                : action.Where(char.IsAsciiLetterLower).Concat("0123456789").First(letter => !taken.Contains(letter));
            taken.Add(key);
            keys.Add((action, key));
        }
        _keys = keys.ToImmutable();
    }

    /// <summary>The keys for people: <c>[s] stand  [h] hit  [q] quit</c>.</summary>
    public string Help => HelpWith(_ => "");

    /// <summary>The same with the arrows that a keyboard has: <c>[l ←] left  [r →] right  [q] quit</c>.</summary>
    public string HelpWithArrows =>
        HelpWith(action =>
            Arrows.FirstOrDefault(arrow => ActionOf(arrow.Words) == action) is { Sign: > '\0' and var sign } ? $" {sign}" : ""
        );

    /// <summary>The action of a key; null for none.</summary>
    public string? ActionOf(ConsoleKeyInfo key) =>
        Arrows.FirstOrDefault(arrow => arrow.Key == key.Key) is { Words.IsDefault: false, Words: var words }
            ? ActionOf(words)
            : ActionOf(char.ToLowerInvariant(key.KeyChar));

    /// <summary>The action that a line names, in full or by its key; null for none.</summary>
    public string? ActionOf(string line) =>
        _keys.Select(one => one.Action).FirstOrDefault(action => action == line) ?? (line.Length == 1 ? ActionOf(line[0]) : null);

    /// <summary>The action that a line may have meant; null for none.</summary>
    public string? Nearest(string line) => NearestName.Of(line, _keys.Select(one => one.Action), within: 2);

    private string? ActionOf(char key) => _keys.FirstOrDefault(one => one.Key == key).Action;

    private string? ActionOf(ImmutableArray<string> words) =>
        _keys.Select(one => one.Action).FirstOrDefault(action => words.Contains(action.Split(' ')[^1]));

    private string HelpWith(Func<string, string> arrowOf) =>
        string.Join("  ", _keys.Select(one => $"[{one.Key}{arrowOf(one.Action)}]" + (one.Action.Length == 1 ? "" : " " + one.Action)))
        + $"  [{Quit}] quit";
}
