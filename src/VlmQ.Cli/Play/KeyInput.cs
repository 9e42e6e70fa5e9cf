namespace VlmQ.Cli.Play;

/// <summary>The keyboard of a terminal, one key an action.</summary>
internal sealed class KeyInput : IPlayerInput
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(15);

    public string Help(KeyBindings bindings) => bindings.HelpWithArrows;

    public async ValueTask<string?> NextAsync(KeyBindings bindings, CancellationToken token)
    {
        while (true)
        {
            // Console.ReadKey cannot be interrupted.
            while (!Console.KeyAvailable)
            {
                await Task.Delay(Pause, token).ConfigureAwait(false);
            }
            ConsoleKeyInfo key = Console.ReadKey(intercept: true);
            if (key.Key == ConsoleKey.Escape || char.ToLowerInvariant(key.KeyChar) == KeyBindings.Quit)
            {
                return null;
            }
            if (bindings.ActionOf(key) is { } action)
            {
                return action;
            }
        }
    }
}
