using VlmQ.Cli.Terminal;

namespace VlmQ.Cli.Play;

/// <summary>Lines, one action each: its text or its key. The end of the input, <c>q</c> or <c>quit</c> leaves; empty lines are passed over.</summary>
internal sealed class LineInput(TextReader reader, Shell shell) : IPlayerInput
{
    public string Help(KeyBindings bindings) => bindings.Help;

    public async ValueTask<string?> NextAsync(KeyBindings bindings, CancellationToken token)
    {
        while (await reader.ReadLineAsync(token).ConfigureAwait(false) is { } line)
        {
            string word = line.Trim();
            if (word is "q" or "quit")
            {
                return null;
            }
            if (word.Length > 0)
            {
                if (bindings.ActionOf(word) is { } action)
                {
                    return action;
                }
                string meant = bindings.Nearest(word) is { } nearest ? $"did you mean '{nearest}'?" : bindings.Help;
                shell.Say($"there is no action '{word}'; {meant}");
            }
        }
        return null;
    }
}
