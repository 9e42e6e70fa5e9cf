using System.Collections.Immutable;
using System.Text.Json.Nodes;
using VlmQ.Cli.Pipelines.Evaluation;

namespace VlmQ.Cli.Commands;

/// <summary>Who plays in an evaluation.</summary>
/// <param name="Title">The title of its page.</param>
/// <param name="Sources">A policy, a model, or every model of a run.</param>
/// <param name="Settings">What decides their replies beside seeds and prompts.</param>
internal sealed record Players(string Title, ImmutableArray<PlayerSource> Sources, Func<JsonObject> Settings);
