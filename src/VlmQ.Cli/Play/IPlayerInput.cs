namespace VlmQ.Cli.Play;

/// <summary>Where a person's actions come from.</summary>
internal interface IPlayerInput
{
    /// <summary>What a person is told of the choices.</summary>
    /// <param name="bindings">What can be chosen.</param>
    string Help(KeyBindings bindings);

    /// <summary>The next action; null when the person leaves.</summary>
    /// <param name="bindings">What can be chosen.</param>
    /// <param name="token">Stops waiting.</param>
    ValueTask<string?> NextAsync(KeyBindings bindings, CancellationToken token);
}
