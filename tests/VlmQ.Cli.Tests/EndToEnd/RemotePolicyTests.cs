using System.Text.Json.Nodes;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Episodes;
using VlmQ.Tests.Shared.Remote;

namespace VlmQ.Cli.Tests.EndToEnd;

public sealed class RemotePolicyTests : IDisposable
{
    private const string Key = "sk-secret-0123456789";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_remote_model_plays_and_its_key_is_nowhere_but_in_the_requests()
    {
        // The endpoint says the key again wherever it can: in a refusal, in a header and in its replies.
        await using ScriptedServer server = new(
            (number, _) =>
                number switch
                {
                    2 => new ServerAct.Answer(503, $"busy with {Key}", $"X-Key: {Key}\r\n"),
                    3 => ServerAct.Reply($"Sure, {Key}! {{'action': '+'}}"),
                    _ => ServerAct.Reply("Sure! {'action': '+'}"),
                }
        );
        Outcome outcome = (await CollectAsync(server, "--episodes", "12", "--parser", "json")).Done();
        JsonNode result = JsonNode.Parse(outcome.Output)!;
        Assert.Equal(12, (int)result["episodes"]!);
        Assert.Equal(1, (double)result["syntax_accuracy"]!);
        Assert.Equal((int)result["turns"]! + 1, server.Requests.Count);
        Assert.All(server.Requests, request => Assert.Contains("Bearer " + Key, request.Head, StringComparison.Ordinal));
        Assert.DoesNotContain(Key, outcome.Output + outcome.Error, StringComparison.Ordinal);
        // Everything that was written: the dataset, and what would go to the user's home or among the temporary files.
        await Folder.HoldsNowhereAsync(_folder.Path, Key);
        List<string> replies = await RepliesAsync();
        Assert.Contains("Sure, [key]! {'action': '+'}", replies);
        Assert.All(replies, reply => Assert.DoesNotContain(Key, reply, StringComparison.Ordinal));
        JsonNode replayed = JsonNode.Parse((await Vlmq.RunAsync("replay", _folder["episodes"], "--json")).Done().Output)!;
        Assert.Equal(0, (int)replayed["differing"]!);
    }

    [Fact]
    public async Task What_was_collected_before_the_endpoint_failed_stays_and_the_same_command_goes_on()
    {
        int kept;
        await using (ScriptedServer failing = new((number, _) => number < 90 ? Up() : new ServerAct.Answer(500, "out of memory")))
        {
            (await CollectAsync(failing, "--episodes", "30", "--attempts", "1")).Refused(
                ExitCode.External,
                failing.Endpoint,
                "answered 500 Said: out of memory",
                "the same command goes on from there"
            );
            kept = Episodes();
            Assert.InRange(kept, 1, 29);
        }
        await using ScriptedServer whole = new((_, _) => Up());
        Assert.Equal(
            30,
            (int)JsonNode.Parse((await CollectAsync(whole, "--episodes", "30", "--attempts", "1")).Done().Output)!["episodes"]!
        );
        await using ScriptedServer idle = new((_, _) => Up());
        JsonNode result = JsonNode.Parse((await CollectAsync(idle, "--episodes", "30", "--attempts", "1")).Done().Output)!;
        Assert.Empty(idle.Requests);

        // The replies are always the same here, so that a collection without interruption has the same episodes.
        await using ScriptedServer other = new((_, _) => Up());
        string[] straight = [.. Arguments(other, "--episodes", "30"), "--out", _folder["straight"]];
        JsonNode expected = JsonNode.Parse((await Vlmq.RunAsync(straight)).Done().Output)!;
        Assert.Equal((int)expected["turns"]!, (int)result["turns"]!);
        string[] difference = ["dataset", "diff", _folder["episodes"], _folder["straight"], "--json"];
        JsonNode compared = JsonNode.Parse((await Vlmq.RunAsync(difference)).Done().Output)!;
        Assert.Equal(30, (int)compared["same"]!);

        int Episodes() => (int)JsonNode.Parse(File.ReadAllText(_folder["episodes", "manifest.json"]))!["consumed"]!;
    }

    [Fact]
    public async Task Replies_that_are_hard_to_hold_are_kept_as_they_came_and_counted()
    {
        string megabyte = string.Concat(Enumerable.Repeat("{\"\\\u00e9", 1 << 18));
        string[] hard = [megabyte, "nul \0 and \u001b[2J", "a\u202eb\uffff\ufeff", "", """{"action": "+\0"}"""];
        await using ScriptedServer server = new(
            (number, _) =>
                number % 6 == 5
                    // Half a pair, as only an escape can say it.
                    ? new ServerAct.Answer(200, """{"choices":[{"message":{"content":"half \ud83d of a pair"}}]}""")
                    : ServerAct.Reply(hard[number % 6])
        );
        JsonNode collected = JsonNode.Parse((await CollectAsync(server, "--episodes", "2")).Done().Output)!;
        Assert.Equal(server.Requests.Count, (int)collected["turns"]!);
        Assert.Equal(0, (double)collected["syntax_accuracy"]!);
        Assert.Equal(server.Requests.Count, collected["failures"]!.AsObject().Sum(pair => (int)pair.Value!));
        (await Vlmq.RunAsync("dataset", "verify", _folder["episodes"])).Done();
        Assert.Equal(0, (int)JsonNode.Parse((await Vlmq.RunAsync("replay", _folder["episodes"], "--json")).Done().Output)!["differing"]!);

        string[] inspect = ["inspect", _folder["episodes"], "--rows", "30"];
        JsonArray rows = JsonNode.Parse((await Vlmq.RunAsync([.. inspect, "--json"])).Done().Output)!["samples"]!.AsArray();
        string[] held = [.. rows.Select(row => (string)row!["reply"]!)];
        Assert.Equal(server.Requests.Count, held.Length);
        Assert.Equal(
            [.. hard.Append("half \\ud83d of a pair").Order(StringComparer.Ordinal)],
            held.Distinct().Order(StringComparer.Ordinal)
        );
        string shown = (await Vlmq.RunAsync(inspect)).Done().Output;
        Assert.InRange(shown.Length, 1, 200_000);
        Assert.DoesNotContain('\0', shown);
        Assert.DoesNotContain('\u001b', shown);
        Assert.Contains("reply: nul \\u0000 and \\u001b[2J", shown, StringComparison.Ordinal);

        string[] export = ["dataset", "export", _folder["episodes"], "--out", _folder["exported"]];
        (await Vlmq.RunAsync(export)).Done();
        (await Vlmq.RunAsync("dataset", "import", _folder["exported"], "--out", _folder["again"])).Done();
        (await Vlmq.RunAsync("dataset", "diff", _folder["episodes"], _folder["again"])).Done();
    }

    [Fact]
    public async Task No_turn_is_lost_or_doubled_in_the_data_whatever_goes_wrong_on_the_way()
    {
        await using ScriptedServer sound = new((_, body) => Seeded(body));
        string[] plain = [.. Arguments(sound, "--episodes", "40"), "--out", _folder["sound"]];
        int turns = (int)JsonNode.Parse((await Vlmq.RunAsync(plain)).Done().Output)!["turns"]!;
        Assert.Equal(turns, sound.Requests.Count);

        await using ScriptedServer faulty = new(
            (number, body) =>
                (number * 7 % 20) switch
                {
                    0 => new ServerAct.Answer(500, "oh"),
                    1 => new ServerAct.Answer(429, "slow down", "Retry-After: 0\r\n"),
                    2 => new ServerAct.Drop(),
                    3 => new ServerAct.Cut(((ServerAct.Answer)ServerAct.Reply("half")).Body),
                    4 => new ServerAct.Answer(503, "<html>busy</html>", "Content-Type: text/html\r\n"),
                    5 => new ServerAct.Hang(),
                    6 => new ServerAct.Raw([1, 2, 3, 13, 10, 13, 10]),
                    7 => new ServerAct.Reset(),
                    _ => Seeded(body),
                }
        );
        string[] tried = ["--episodes", "40", "--concurrency", "24", "--attempts", "40", "--timeout", "1"];
        JsonNode result = JsonNode.Parse((await CollectAsync(faulty, tried)).Done().Output)!;
        Assert.Equal(turns, (int)result["turns"]!);
        Assert.True(faulty.Requests.Count > turns);
        // One that the client has given up may still be on its way here, so that there is no upper bound.
        Assert.True(faulty.MostAtOnce >= 2);
        Assert.Equal(40, await SameAsync(_folder["episodes"], _folder["sound"]));
    }

    [Fact]
    public async Task An_interruption_keeps_every_whole_episode_and_the_same_command_completes_the_collection()
    {
        string[] asked = ["--episodes", "60", "--concurrency", "4"];
        await using ScriptedServer server = new((_, body) => Seeded(body));
        string[] command = [.. Arguments(server, asked), "--out", _folder["episodes"]];
        (await Vlmq.InterruptAsync(() => server.Requests.Count >= 100, command)).Interrupted();
        JsonNode manifest = JsonNode.Parse(await ManifestAsync())!;
        Assert.False((bool)manifest["complete"]!);
        int kept = (int)manifest["consumed"]!;
        Assert.InRange(kept, 1, 59);

        int before = server.Requests.Count;
        (await Vlmq.RunAsync(command)).Done();
        await using ScriptedServer straight = new((_, body) => Seeded(body));
        JsonNode whole = JsonNode.Parse(
            (await Vlmq.RunAsync([.. Arguments(straight, asked), "--out", _folder["straight"]])).Done().Output
        )!;
        Assert.Equal(60, await SameAsync(_folder["episodes"], _folder["straight"]));
        // What was kept was not asked for again.
        Assert.True(server.Requests.Count - before < (int)whole["turns"]!);
    }

    [Theory]
    [InlineData("hangs")]
    [InlineData("asks for an hour's wait")]
    [InlineData("has all its tokens spent")]
    public async Task An_interruption_while_the_endpoint_is_waited_for_ends_at_once_and_keeps_what_is_whole(string endpoint)
    {
        const int Sound = 100;
        ServerAct act = endpoint switch
        {
            "asks for an hour's wait" => new ServerAct.Answer(429, "slow down", "Retry-After: 3600\r\n"),
            _ => new ServerAct.Hang(),
        };
        await using ScriptedServer server = new((number, body) => number < Sound ? Seeded(body) : act);
        string[] command = [.. Arguments(server, "--episodes", "60", "--concurrency", "2"), "--out", _folder["episodes"]];
        // Of a small budget the first request is paid for at once; the second waits some minutes.
        bool waits = endpoint == "has all its tokens spent";
        (string[] budget, int requests) = waits ? ((string[])["--tokens-per-minute", "50"], 1) : ([], Sound + 2);
        (await Vlmq.InterruptAsync(() => server.Requests.Count >= requests, [.. command, .. budget])).Interrupted();
        Assert.Equal(!waits, (int)JsonNode.Parse(await ManifestAsync())!["consumed"]! > 0);
    }

    [Fact]
    public async Task An_evaluation_that_keeps_nothing_does_not_say_that_it_does()
    {
        await using ScriptedServer server = new((_, _) => new ServerAct.Hang());
        string[] evaluate = ["eval", "--env", "numberline", "--policy", "remote", "--model", "tiny", "--endpoint"];
        (await Vlmq.InterruptAsync(() => server.Requests.Count >= 1, [.. evaluate, server.Endpoint])).Interrupted(keeps: false);
        Outcome failed = await Vlmq.RunAsync([.. evaluate, ScriptedServer.Nowhere(), "--attempts", "1"]);
        failed.Refused(ExitCode.External, "see that the endpoint runs and answers");
        Assert.DoesNotContain("kept", failed.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("html", "answered with a web page")]
    [InlineData("stream", "answered with something that is not JSON: data: {")]
    [InlineData("flood", "answered with more than 16777216 bytes")]
    [InlineData("bytes", "cannot be reached")]
    [InlineData("garbage", "answered with something that is not JSON")]
    [InlineData("hang", "gave no answer within 0.3 s")]
    [InlineData("down", "cannot be reached: Connection refused")]
    public async Task A_bad_endpoint_is_one_clear_fault(string kind, string said)
    {
        await using ScriptedServer server = new(
            (_, _) =>
                kind switch
                {
                    "html" => new ServerAct.Answer(200, "<!doctype html><p>Welcome", "Content-Type: text/html\r\n"),
                    "garbage" => new ServerAct.Answer(200, "data: \0\u001b garbage"),
                    "stream" => new ServerAct.Answer(
                        200,
                        "data: {\"choices\": [{\"delta\": {\"content\": \"{\"}}]}\n\ndata: \ufffd\u0001\n\n",
                        "Content-Type: text/event-stream\r\n"
                    ),
                    "flood" => new ServerAct.Flood(),
                    "bytes" => new ServerAct.Raw([0, 1, 2, 3, 255, 254, 13, 10, 13, 10]),
                    _ => new ServerAct.Hang(),
                }
        );
        string endpoint = kind == "down" ? ScriptedServer.Nowhere() : server.Endpoint;
        string[] command =
        [
            .. Arguments(endpoint, "--episodes", "3", "--attempts", "1", "--timeout", kind == "hang" ? "0.3" : "120"),
            "--out",
            _folder["episodes"],
        ];
        (await Vlmq.RunAsync(command)).Refused(ExitCode.External, endpoint, said);
    }

    [Theory]
    [InlineData("needs --endpoint and --model", "--policy", "remote")]
    [InlineData("is no address of an endpoint", "--policy", "remote", "--endpoint", "localhost", "--model", "m")]
    [InlineData("--concurrency must be at least 1; it is 0", "--policy", "remote", "--concurrency", "0")]
    [InlineData("--timeout must be in 0.1 … 86400; it is 0", "--policy", "remote", "--timeout", "0")]
    [InlineData("--attempts must be at most 100; it is 101", "--policy", "remote", "--attempts", "101")]
    public async Task Wrong_settings_are_refused_before_anything_is_written(string said, params string[] settings)
    {
        (await Vlmq.RunAsync(["collect", "numberline", .. settings, "--out", _folder["wrong"]])).Refused(ExitCode.Configuration, said);
        Assert.False(Directory.Exists(_folder["wrong"]));
    }

    /// <summary>A reply that is the request's alone, so that episodes do not depend on the order of the requests.</summary>
    private static ServerAct Seeded(string body) =>
        ServerAct.Reply((int)JsonNode.Parse(body)!["seed"]! % 2 == 0 ? """{"action": "+"}""" : """{"action": "-"}""");

    private static async Task<int> SameAsync(string folder, string other)
    {
        string[] difference = ["dataset", "diff", folder, other, "--json"];
        return (int)JsonNode.Parse((await Vlmq.RunAsync(difference)).Done().Output)!["same"]!;
    }

    private async Task<List<string>> RepliesAsync()
    {
        List<string> replies = [];
        await foreach (StoredEpisode episode in EpisodeDataset.OpenReader(_folder["episodes"]).OrThrow().ReadAsync())
        {
            replies.AddRange(episode.Turns.Select(turn => turn.Reply.Text));
        }
        Assert.NotEmpty(replies);
        return replies;
    }

    private Task<string> ManifestAsync() =>
        File.ReadAllTextAsync(_folder["episodes", "manifest.json"], TestContext.Current.CancellationToken);

    private static ServerAct Up() => ServerAct.Reply("""{"action": "+"}""");

    private static string[] Arguments(ScriptedServer server, params string[] options) => Arguments(server.Endpoint, options);

    private static string[] Arguments(string endpoint, params string[] options) =>
        ["collect", "numberline", "--policy", "remote", "--endpoint", endpoint, "--model", "tiny", "--json", .. options];

    private Task<Outcome> CollectAsync(ScriptedServer server, params string[] options) =>
        Vlmq.RunProgramAsync(
            "/usr/bin/env",
            [
                "VLMQ_API_KEY=" + Key,
                "HOME=" + _folder.Path,
                "TMPDIR=" + _folder.Path,
                Vlmq.Path,
                .. Arguments(server, options),
                "--out",
                _folder["episodes"],
            ]
        );
}
