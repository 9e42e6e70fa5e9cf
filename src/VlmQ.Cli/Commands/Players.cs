using System.Collections.Immutable;
using System.Text.Json.Nodes;
using VlmQ.Cli.Pipelines.Stages;

namespace VlmQ.Cli.Commands;

/// <summary>Who plays in an evaluation.</summary>
/// <param name="Title">The title of its page.</param>
/// <param name="OfEach">Who plays each environment.</param>
/// <param name="Settings">What decides their replies beside seeds and prompts.</param>
/// <param name="Owned">What they hold, such as a model.</param>
internal sealed record Players(string Title, ImmutableArray<ImmutableArray<Player>> OfEach, Func<JsonObject> Settings, IDisposable? Owned)
    : IDisposable
{
    public void Dispose() => Owned?.Dispose();
}
