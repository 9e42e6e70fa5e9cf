using System.ComponentModel.DataAnnotations;

namespace VlmQ.Cli.Configuration;

/// <summary>How replies are read, in collection and in evaluation, and what happens where one names no action.</summary>
internal sealed record ReplyConfiguration
{
    /// <summary><c>strict</c>, <c>json</c>, <c>json-first</c>, <c>plain</c>, <c>plain-first</c> or <c>rl4vlm</c>.</summary>
    public string Parser { get; init; } = "strict";

    /// <summary>What a reply that names no action earns.</summary>
    [Range(-1e6, 1e6)]
    public double Penalty { get; init; } = -1;

    /// <summary><c>noop</c>: a step passes; <c>random</c>: a random action is taken in its place.</summary>
    public string Invalid { get; init; } = "noop";
}
