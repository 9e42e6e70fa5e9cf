namespace VlmQ.Cli.Configuration;

/// <summary>To which replies a model is held.</summary>
internal enum ConstraintName
{
    /// <summary>None: it may write anything.</summary>
    None,

    /// <summary>Those that name an action of the environment and nothing else.</summary>
    Action,

    /// <summary>Those that name one behind free thoughts.</summary>
    Thoughts,
}
