namespace VlmQ.Cli.Tests.EndToEnd;

/// <summary>A small dataset of episodes in several parts, and its transitions, made once for all tests that read them.</summary>
public sealed class SmallData : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>Noisy NumberLine episodes.</summary>
    public string Episodes => _folder["episodes"];

    /// <summary>The episodes' transitions.</summary>
    public string Transitions => _folder["transitions"];

    /// <summary>Settings of the smallest model and batches.</summary>
    internal static string[] TinyTraining { get; } =
    ["--set", "model={width: 32, heads: 2, layers: 1}", "--set", "batch_windows=2", "--set", "window_turns=2"];

    /// <summary>What collects <see cref="Episodes"/>.</summary>
    internal static string[] Collect { get; } = ["collect", "numberline", "--policy", "noisy", "--turns", "120", "--part-rows", "40"];

    /// <summary>What converts <see cref="Episodes"/> to the bytes of <see cref="Transitions"/>.</summary>
    internal static string[] Convert(string episodes, string transitions) =>
        ["convert", episodes, "--image-size", "60", "--part-rows", "40", "--out", transitions];

    public async ValueTask InitializeAsync()
    {
        (await Vlmq.RunAsync([.. Collect, "--out", Episodes])).Done();
        (await Vlmq.RunAsync(Convert(Episodes, Transitions))).Done();
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
