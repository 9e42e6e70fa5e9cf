namespace VlmQ.Dataflow.Tests;

/// <summary>Turns a hang into a failure. The limit is no measure of speed: it is far above what any test needs.</summary>
internal static class Guard
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static Task<T> AgainstHangs<T>(Task<T> task) => task.WaitAsync(Limit);

    public static Task AgainstHangs(Task task) => task.WaitAsync(Limit);

    /// <summary>For laws, which FsCheck checks synchronously.</summary>
    public static T Run<T>(Func<Task<T>> body) => Task.Run(body).WaitAsync(Limit).GetAwaiter().GetResult();
}
