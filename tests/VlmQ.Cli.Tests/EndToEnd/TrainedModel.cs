namespace VlmQ.Cli.Tests.EndToEnd;

/// <summary>A small trained model, made once for all tests that play with it.</summary>
public sealed class TrainedModel : IAsyncLifetime
{
    private readonly SmallData _data = new();
    private readonly TemporaryFolder _folder = new();

    /// <summary>The folder of its checkpoint.</summary>
    public string Checkpoint => _folder["model", "checkpoint"];

    /// <summary>The checkpoint of another one, of the same sizes.</summary>
    public string Other => _folder["other", "checkpoint"];

    public async ValueTask InitializeAsync()
    {
        await _data.InitializeAsync();
        string[] train = ["train", _data.Transitions, "--method", "sft", .. SmallData.TinyTraining, "--set"];
        (await Vlmq.RunAsync([.. train, "steps=60", "--out", _folder["model"]])).Done();
        (await Vlmq.RunAsync([.. train, "steps=1", "--out", _folder["other"]])).Done();
    }

    public async ValueTask DisposeAsync()
    {
        await _data.DisposeAsync();
        _folder.Dispose();
    }
}
