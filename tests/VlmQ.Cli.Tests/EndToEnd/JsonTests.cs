using System.Text.Json;

namespace VlmQ.Cli.Tests.EndToEnd;

public sealed class JsonTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_stage_prints_exactly_one_json_document()
    {
        string model = _folder["model"];
        string checkpoint = Path.Combine(model, "checkpoint");
        string episodes = _folder["episodes"];
        string transitions = _folder["transitions"];
        await PrintsAsync("turns", "collect", "numberline", "--turns", "60", "--out", episodes);
        await PrintsAsync("rejects", "convert", episodes, "--image-size", "60", "--out", transitions);
        string[] settings = [.. SmallData.TinyTraining, "--method", "sft", "--set", "steps=2"];
        await PrintsAsync("checkpoint", ["train", transitions, .. settings, "--out", model]);
        await PrintsAsync("results", "eval", checkpoint, "--env", "numberline", "--episodes", "3");
        await PrintsAsync("columns", "inspect", transitions);
    }

    [Fact]
    public async Task A_failed_command_prints_no_json() =>
        (await Vlmq.RunAsync("inspect", _folder["nowhere"], "--json")).Refused(ExitCode.Data, _folder["nowhere"]);

    private static async Task PrintsAsync(string property, params string[] command)
    {
        Outcome outcome = (await Vlmq.RunAsync([.. command, "--json"])).Done();
        using JsonDocument document = JsonDocument.Parse(outcome.Output);
        Assert.True(document.RootElement.TryGetProperty(property, out _), outcome.Output);
    }
}
