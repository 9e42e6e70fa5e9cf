using System.Collections.Immutable;

namespace VlmQ.Core.Environments;

/// <summary>An environment with few enough starts that an evaluation can play every one of them.</summary>
public interface IListsStarts
{
    /// <summary>Every state that <see cref="IEnvironment.Reset"/> can give, each once, in a fixed order.</summary>
    ImmutableArray<EnvironmentState> Starts { get; }
}
