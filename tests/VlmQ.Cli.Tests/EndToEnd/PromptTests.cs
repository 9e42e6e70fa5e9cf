using System.Text.Json.Nodes;

namespace VlmQ.Cli.Tests.EndToEnd;

public sealed class PromptTests : IDisposable
{
    private const string Own = """
        environment: gym_cards/NumberLine-v0

        [prompt short]
        Up or down?

        [prompt long history=2]
        {history}
        Up or down?
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("chain-of-thought", "none")]
    [InlineData("history", "moondream2")]
    [InlineData("plain", "xgen-mm")]
    public async Task A_shipped_prompt_is_found_from_whatever_folder_the_command_runs_in(string prompt, string chat)
    {
        string[] collect = ["collect", "numberline", "--turns", "20", "--prompt", prompt, "--chat", chat, "--out", _folder["episodes"]];
        (await Vlmq.RunProgramAsync("/usr/bin/env", ["-C", "/", Vlmq.Path, .. collect])).Done();
        string[] convert = ["convert", _folder["episodes"], "--prompt", prompt, "--chat", chat, "--out", _folder["transitions"]];
        (await Vlmq.RunProgramAsync("/usr/bin/env", ["-C", "/", Vlmq.Path, .. convert])).Done();
        JsonNode manifest = JsonNode.Parse(File.ReadAllText(_folder["transitions", "manifest.json"]))!;
        Assert.Contains($"\"{prompt}\"", manifest.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(chat != "none", manifest.ToJsonString().Contains($"\"{chat}\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Prompts_of_ones_own_come_from_a_file()
    {
        string file = await WriteAsync(Own);
        (await Vlmq.RunAsync("collect", "numberline", "--turns", "20", "--prompt", file + ":long", "--out", _folder["episodes"])).Done();
        string[] convert = ["convert", _folder["episodes"], "--prompt", file + ":long", "--out", _folder["transitions"], "--json"];
        string digest = (string)JsonNode.Parse((await Vlmq.RunAsync(convert)).Done().Output)!["digest"]!;
        // Other words are another dataset.
        await WriteAsync(Own.Replace("Up or down?", "Down or up?", StringComparison.Ordinal));
        (await Vlmq.RunAsync(convert)).Refused(ExitCode.Configuration, _folder["transitions"], "template");
        convert[^2] = _folder["others"];
        Assert.NotEqual(digest, (string)JsonNode.Parse((await Vlmq.RunAsync(convert)).Done().Output)!["digest"]!);
    }

    [Fact]
    public async Task A_wrong_choice_of_prompt_is_refused_before_anything_is_written()
    {
        string file = await WriteAsync(Own);
        await RefusedAsync("breif", ExitCode.Configuration, "there is no prompt template 'breif' for gym_cards/NumberLine-v0", "'brief'");
        await RefusedAsync(file, ExitCode.Configuration, file + ": the file has 2 prompts; name one of them: ", file + ":short");
        await RefusedAsync(file + ":tall", ExitCode.Configuration, "there is no prompt template 'tall'", "use one of: short, long");
        await RefusedAsync(_folder["none.prompt"], ExitCode.Configuration, _folder["none.prompt"] + ": there is no such file of prompts");
        await RefusedAsync(_folder.Path + "/", ExitCode.Configuration, "there is no such file of prompts");
        await WriteAsync(Own.Replace("{history}", "{histroy}", StringComparison.Ordinal));
        await RefusedAsync(file, ExitCode.Configuration, file + ":7: the prompt 'long' has an unknown placeholder {histroy}", "{history}?");
        await File.WriteAllBytesAsync(file, [0xff, 0xfe, 0x00], TestContext.Current.CancellationToken);
        await RefusedAsync(file, ExitCode.Configuration, file + ": is not UTF-8");
        await File.WriteAllBytesAsync(file, new byte[2 << 20], TestContext.Current.CancellationToken);
        await RefusedAsync(file, ExitCode.Configuration, file + ": is larger than");
        string[] command = ["collect", "numberline", "--turns", "20", "--chat", "xgen", "--out", _folder["episodes"]];
        (await Vlmq.RunAsync(command)).Refused(
            ExitCode.Configuration,
            "there is no chat format 'xgen'",
            "none, moondream2, moondream2-2025-06-21, xgen-mm"
        );
        Assert.False(Directory.Exists(_folder["episodes"]));
    }

    private async Task RefusedAsync(string prompt, int exitCode, params string[] said) =>
        (await Vlmq.RunAsync("collect", "numberline", "--turns", "20", "--prompt", prompt, "--out", _folder["episodes"])).Refused(
            exitCode,
            said
        );

    private async Task<string> WriteAsync(string text)
    {
        await File.WriteAllTextAsync(_folder["own.prompt"], text, TestContext.Current.CancellationToken);
        return _folder["own.prompt"];
    }
}
