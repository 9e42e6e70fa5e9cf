using System.Text.Json.Nodes;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Episodes;
using VlmQ.Tests.Shared.Remote;

namespace VlmQ.Cli.Tests.EndToEnd;

public sealed class RemotePipelineTests : IDisposable
{
    private const string Key = "sk-secret-0123456789";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_pipeline_collects_from_a_remote_model_and_its_key_is_in_no_file()
    {
        await using ScriptedServer server = new(
            (number, body) =>
                number == 3 ? new ServerAct.Answer(503, $"busy with {Key}")
                : body.Contains("\"temperature\":0.5", StringComparison.Ordinal) ? ServerAct.Reply("""{"action": "+"}""")
                : ServerAct.Reply("no temperature")
        );
        string file = await WriteAsync(server.Endpoint, "temperature: 0.5, reply_limit: 30, concurrency: 3, timeout: 60");
        Outcome outcome = (await RunAsync("run", file, "--out", _folder["run"])).Done();
        Assert.All(server.Requests, request => Assert.Contains("Bearer " + Key, request.Head, StringComparison.Ordinal));
        Assert.All(server.Requests, request => Assert.Contains("\"max_tokens\":30", request.Body, StringComparison.Ordinal));
        Assert.InRange(server.MostAtOnce, 1, 3);
        Assert.DoesNotContain(Key, outcome.Output + outcome.Error, StringComparison.Ordinal);
        await HoldsNoKeyAsync(_folder["run"]);

        JsonNode run = JsonNode.Parse(await File.ReadAllTextAsync(_folder["run", "run.json"], TestContext.Current.CancellationToken))!;
        JsonNode remote = run["configuration"]!["data"]![0]!["remote"]!;
        Assert.Equal(
            (server.Endpoint, "tiny", 0.5, 3),
            ((string)remote["endpoint"]!, (string)remote["model"]!, (double)remote["temperature"]!, (int)remote["concurrency"]!)
        );
        // How often it is asked changes nothing of what is there; what is asked for does.
        string[] again = ["run", file, "--out", _folder["run"], "--set"];
        int asked = server.Requests.Count;
        (await RunAsync([.. again, "data[0].remote.concurrency=1"])).Done();
        Assert.Equal(asked, server.Requests.Count);
        (await RunAsync([.. again, "data[0].remote.temperature=0.6"])).Refused(
            ExitCode.Configuration,
            "data 'far'.remote.temperature (0.5 there, 0.6 here)"
        );
    }

    [Fact]
    public async Task Where_the_endpoint_fails_what_was_collected_stays_and_the_same_run_goes_on()
    {
        bool fails = true;
        await using ScriptedServer server = new(
            (number, _) =>
                fails && number >= 40 ? new ServerAct.Answer(500, $"out of memory, {Key}") : ServerAct.Reply("""{"action": "+"}""")
        );
        string file = await WriteAsync(server.Endpoint, "attempts: 1, concurrency: 2");
        string[] command = ["run", file, "--out", _folder["run"]];
        (await RunAsync(command)).Refused(
            ExitCode.External,
            server.Endpoint,
            "answered 500 Said: out of memory, [key]",
            "the same command goes on from there"
        );
        await HoldsNoKeyAsync(_folder["run"]);
        int kept = await KeptAsync();
        Assert.InRange(kept, 1, 59);
        fails = false;
        int asked = server.Requests.Count;
        (await RunAsync(command)).Done();
        Assert.InRange(server.Requests.Count - asked, 1, 60 - kept + 40);
    }

    [Fact]
    public async Task An_interruption_while_the_endpoint_hangs_keeps_every_whole_episode_and_the_same_run_goes_on()
    {
        bool hangs = true;
        await using ScriptedServer server = new(
            (number, _) => hangs && number >= 45 ? new ServerAct.Hang() : ServerAct.Reply("""{"action": "+"}""")
        );
        string[] command = ["run", await WriteAsync(server.Endpoint, "concurrency: 2"), "--out", _folder["run"]];
        (await Vlmq.InterruptAsync(() => server.Requests.Count >= 47, command)).Interrupted();
        int kept = await KeptAsync();
        Assert.InRange(kept, 1, 59);
        hangs = false;
        int asked = server.Requests.Count;
        (await Vlmq.RunAsync(command)).Done();
        // 60 turns at most, and those of two episodes that no place was left for.
        Assert.InRange(server.Requests.Count - asked, 1, 60 - kept + 40);
    }

    [Theory]
    [InlineData("model: tiny", "'data[0].remote.endpoint' is missing; add `endpoint: …`")]
    [InlineData("endpoint: 'http://host/v1'", "'data[0].remote.model' is missing")]
    [InlineData("endpoint: localhost, model: m", "'localhost' is no address of an endpoint; write it as http://localhost:8000/v1")]
    [InlineData(
        "endpoint: 'http://me:secret@host/v1', model: m",
        "more than scheme, host, port and path; the key comes from the environment"
    )]
    [InlineData("endpoint: 'http://host/v1', model: m, api_key: secret", "there is no key 'api_key' under 'data[0].remote'")]
    [InlineData("endpoint: 'http://host/v1', model: m, concurrency: 0", "'data[0].remote.concurrency' must be in 1 … 1024; it is 0")]
    [InlineData(
        "endpoint: 'http://host/v1', model: m, tokens_per_minute: 0",
        "'data[0].remote.tokens_per_minute' must be at least 1; it is 0"
    )]
    [InlineData("endpoint: 'http://host/v1', model: m, attempts: 101", "'data[0].remote.attempts' must be in 1 … 100; it is 101")]
    [InlineData("endpoint: 'http://host/v1', model: m, timeout: 0", "'data[0].remote.timeout' must be in 0.1 … 86400; it is 0")]
    [InlineData("endpoint: 'http://host/v1', model: m, temperature: 101", "'data[0].remote.temperature' must be in 0 … 100; it is 101")]
    [InlineData("endpoint: 'http://host/v1', model: m, reply_limit: 0", "'data[0].remote.reply_limit' must be at least 1; it is 0")]
    public async Task Wrong_keys_are_refused_before_anything_is_written_and_no_secret_is_repeated(string remote, string said)
    {
        string file = _folder["pipeline.yaml"];
        string text = Pipeline.Replace("REMOTE", remote, StringComparison.Ordinal);
        await File.WriteAllTextAsync(file, text, TestContext.Current.CancellationToken);
        Outcome outcome = await RunAsync("run", file, "--out", _folder["run"]);
        outcome.Refused(ExitCode.Configuration, said);
        Assert.DoesNotContain("secret", outcome.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["run"]));
    }

    [Fact]
    public async Task A_remote_policy_without_its_key_is_refused()
    {
        string file = await WriteAsync("http://localhost:1/v1", "");
        (await RunAsync("run", file, "--out", _folder["run"], "--set", "data[0].remote=null")).Refused(
            ExitCode.Configuration,
            "data 'far': the remote policy needs the key `remote`; add `remote: {endpoint: …, model: …}`"
        );
    }

    private const string Pipeline = """
        name: small
        environment: numberline
        data:
          - name: far
            policy: remote
            remote: {REMOTE}
            turns: 60
        train:
          steps: 2
          batch_windows: 2
          model: {width: 32, heads: 2, layers: 1}
        methods: [sft]
        evaluate: {episodes: 3}
        """;

    private async Task<string> WriteAsync(string endpoint, string keys)
    {
        string file = _folder["pipeline.yaml"];
        string text = Pipeline.Replace("REMOTE", $"endpoint: '{endpoint}', model: tiny, {keys}", StringComparison.Ordinal);
        await File.WriteAllTextAsync(file, text, TestContext.Current.CancellationToken);
        return file;
    }

    private async Task<int> KeptAsync()
    {
        string manifest = _folder["run", "episodes", "far-seed1", "manifest.json"];
        return (int)JsonNode.Parse(await File.ReadAllTextAsync(manifest, TestContext.Current.CancellationToken))!["turns"]!;
    }

    private static Task<Outcome> RunAsync(params string[] arguments) =>
        Vlmq.RunProgramAsync("/usr/bin/env", ["VLMQ_API_KEY=" + Key, Vlmq.Path, .. arguments]);

    private static async Task HoldsNoKeyAsync(string folder)
    {
        await Folder.HoldsNowhereAsync(folder, Key);
        // Parquet's pages are compressed: the replies are looked at by themselves.
        await foreach (
            StoredEpisode episode in EpisodeDataset.OpenReader(Path.Combine(folder, "episodes", "far-seed1")).OrThrow().ReadAsync()
        )
        {
            Assert.All(episode.Turns, turn => Assert.DoesNotContain(Key, turn.Reply.Text, StringComparison.Ordinal));
        }
    }
}
