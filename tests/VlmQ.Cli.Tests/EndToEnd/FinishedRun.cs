namespace VlmQ.Cli.Tests.EndToEnd;

/// <summary>A pipeline of a few turns and steps, run once from beginning to end.</summary>
public sealed class FinishedRun : IAsyncLifetime
{
    private const string Pipeline = """
        name: small
        description: A few turns & steps.
        environment: numberline
        seeds: [7]
        data:
          - name: noisy
            policy: noisy
            turns: 200
        convert: {image_size: 60}
        train:
          steps: 40
          batch_windows: 4
          window_turns: 2
          log_every: 10
          checkpoint_every: 5
          model: {width: 32, heads: 2, layers: 1}
        evaluate: {episodes: 5}
        """;

    private readonly TemporaryFolder _folder = new();

    /// <summary>The pipeline's file.</summary>
    public string File => _folder["small.yaml"];

    /// <summary>The run's folder.</summary>
    public string Root => _folder["run"];

    /// <summary>How the run ended.</summary>
    internal Outcome Outcome { get; private set; } = new(-1, "", "");

    public async ValueTask InitializeAsync()
    {
        await System.IO.File.WriteAllTextAsync(File, Pipeline);
        Outcome = await Vlmq.RunAsync("run", File, "--out", Root);
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
