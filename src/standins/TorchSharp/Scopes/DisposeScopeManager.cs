namespace TorchSharp;

/// <summary>The stack of open dispose scopes of each thread.</summary>
public static class DisposeScopeManager
{
    [ThreadStatic]
    private static DisposeScope? t_innermost;

    [ThreadStatic]
    private static ThreadDisposeScopeStatistics? t_statistics;

    /// <summary>Counts of the calling thread.</summary>
    public static ThreadDisposeScopeStatistics Statistics => t_statistics ??= new ThreadDisposeScopeStatistics();

    internal static LifetimeStatistics Counters => Statistics.TensorStatistics;

    internal static DisposeScope? Innermost
    {
        get => t_innermost;
        set => t_innermost = value;
    }
}
