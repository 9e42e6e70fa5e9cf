namespace VlmQ.Core.Episodes;

/// <summary>Carries a <see cref="Fault"/> through code that cannot return it, up to the nearest boundary that can.</summary>
public sealed class FaultException(Fault fault, Exception? inner = null) : Exception(fault.ToString(), inner)
{
    /// <summary>What went wrong.</summary>
    public Fault Fault { get; } = fault;
}
