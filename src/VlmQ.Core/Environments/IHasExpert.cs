namespace VlmQ.Core.Environments;

/// <summary>An environment that knows how it is played well.</summary>
public interface IHasExpert
{
    /// <summary>The action that an expert takes, who may know more of the state than the agent sees. A pure function.</summary>
    /// <param name="state">A state of this environment that has not ended.</param>
    string Advise(EnvironmentState state);
}
