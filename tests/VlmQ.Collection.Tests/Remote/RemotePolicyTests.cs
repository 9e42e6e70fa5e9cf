using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using VlmQ.Collection.Policies;
using VlmQ.Collection.Remote;
using VlmQ.Core.Episodes;
using VlmQ.Core.Imaging;
using VlmQ.Core.Randomness;
using VlmQ.Datasets.Images;
using VlmQ.Datasets.Storage.Retrying;
using VlmQ.Tests.Shared;
using VlmQ.Tests.Shared.Remote;

namespace VlmQ.Collection.Tests.Remote;

public class RemotePolicyTests
{
    private const string Key = "sk-secret-0123456789";

    private static readonly RgbImage Picture = new(2, 1, [255, 0, 0, 0, 0, 255]);

    private static readonly RetryOptions Quick = new()
    {
        Attempts = 4,
        FirstDelay = TimeSpan.FromMilliseconds(1),
        LongestDelay = TimeSpan.FromMilliseconds(20),
        AttemptTimeout = TimeSpan.FromSeconds(60),
        BreakAfter = 1000,
    };

    // Longer than every wait and shorter than the limit of a try.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_request_holds_model_words_picture_and_seed_and_the_key_is_in_its_header_alone()
    {
        await using ScriptedServer server = new((_, _) => ServerAct.Reply("""{"action": "+"}"""));
        using RemotePolicy policy = Policy(server.Endpoint, Key, model => model with { Temperature = 0.25, ReplyLimit = 77 });
        PolicyRequest request = Request(3, "before <image> after");
        Reply reply = Assert.Single(await policy.ReplyAsync([request], TestContext.Current.CancellationToken));
        Assert.Equal("""{"action": "+"}""", reply.Text);
        Assert.True(reply.TokenIds.IsDefault);

        (string head, string body) = Assert.Single(server.Requests);
        Assert.StartsWith("POST /v1/chat/completions HTTP/1.1", head, StringComparison.Ordinal);
        Assert.Contains("Authorization: Bearer " + Key, head, StringComparison.Ordinal);
        Assert.DoesNotContain(Key, body, StringComparison.Ordinal);
        JsonNode sent = JsonNode.Parse(body)!;
        Assert.Equal(("tiny", 77, 0.25), ((string)sent["model"]!, (int)sent["max_tokens"]!, (double)sent["temperature"]!));
        Assert.Equal((int)(request.Key.UInt64At(0) >> 33), (int)sent["seed"]!);
        JsonArray content = sent["messages"]![0]!["content"]!.AsArray();
        Assert.Equal(["text", "image_url", "text"], content.Select(part => (string)part!["type"]!));
        Assert.Equal(["before ", " after"], content.Where(part => part!["text"] is not null).Select(part => (string)part!["text"]!));
        string url = (string)content[1]!["image_url"]!["url"]!;
        Assert.StartsWith("data:image/png;base64,", url, StringComparison.Ordinal);
        byte[] png = Convert.FromBase64String(url["data:image/png;base64,".Length..]);
        Assert.Equal(Picture, PictureCodec.Decode(png, "sent").OrThrow());
    }

    [Fact]
    public async Task No_request_is_lost_or_doubled_whatever_goes_wrong_on_the_way()
    {
        await using ScriptedServer server = new(
            (number, body) =>
                (number * 7 % 10) switch
                {
                    0 => new ServerAct.Answer(500, "oh"),
                    1 => new ServerAct.Answer(429, """{"error": {"message": "slow down"}}""", "Retry-After: 0\r\n"),
                    2 => new ServerAct.Drop(),
                    3 => new ServerAct.Cut(((ServerAct.Answer)ServerAct.Reply("half")).Body),
                    4 => new ServerAct.Answer(503, "<html>busy</html>", "Content-Type: text/html\r\n"),
                    5 => new ServerAct.Reset(),
                    _ => ServerAct.Reply("reply to " + WordsOf(body)),
                }
        );
        using RemotePolicy policy = Policy(
            server.Endpoint,
            null,
            model => model with { Concurrency = 6, Retries = Quick with { Attempts = 40 } }
        );
        PolicyRequest[] requests = [.. Enumerable.Range(0, 60).Select(i => Request(i, $"<image>question {i}"))];
        IReadOnlyList<Reply> replies = await policy.ReplyAsync(requests, TestContext.Current.CancellationToken);
        Assert.Equal(Enumerable.Range(0, 60).Select(i => $"reply to question {i}"), replies.Select(reply => reply.Text));
        Assert.True(server.Requests.Count > 100);
        Assert.InRange(server.MostAtOnce, 2, 6);
    }

    [Fact]
    public async Task An_answer_that_does_not_come_is_asked_for_again()
    {
        LeapingClock clock = new(LongestWait);
        await using ScriptedServer server = new((number, _) => number == 0 ? Hang(clock) : ServerAct.Reply("late"));
        using RemotePolicy policy = Policy(server.Endpoint, null, clock: clock);
        Assert.Equal("late", Assert.Single(await policy.ReplyAsync([Request(0)], TestContext.Current.CancellationToken)).Text);
        Assert.Equal(2, server.Requests.Count);
    }

    [Theory]
    [InlineData("Retry-After: 1\r\n")]
    [InlineData("Date: Sun, 06 Nov 1994 08:49:37 GMT\r\nRetry-After: Sun, 06 Nov 1994 08:49:38 GMT\r\n")]
    public async Task The_wait_that_the_endpoint_asks_for_is_kept(string headers)
    {
        await using ScriptedServer server = new(
            (number, _) => number == 0 ? new ServerAct.Answer(429, "{}", headers) : ServerAct.Reply("now")
        );
        LeapingClock clock = new(LongestWait);
        using RemotePolicy policy = Policy(
            server.Endpoint,
            null,
            model => model with { Retries = Quick with { LongestDelay = LongestWait } },
            clock
        );
        await policy.ReplyAsync([Request(0)], TestContext.Current.CancellationToken);
        Assert.Equal([TimeSpan.FromSeconds(1)], clock.Waits);
    }

    [Fact]
    public async Task Tries_are_paid_for_out_of_the_budget_of_tokens()
    {
        await using ScriptedServer server = new((number, _) => number == 0 ? new ServerAct.Answer(500, "oh") : ServerAct.Reply("now"));
        // A request takes 300 tokens, 0.4 seconds' worth.
        LeapingClock clock = new(LongestWait);
        using RemotePolicy policy = Policy(
            server.Endpoint,
            null,
            model => model with { ReplyLimit = 297, TokensPerMinute = 45_000 },
            clock
        );
        await policy.ReplyAsync([Request(0)], TestContext.Current.CancellationToken);
        await policy.ReplyAsync([Request(1)], TestContext.Current.CancellationToken);
        Assert.Equal(3, server.Requests.Count);
        // Both tries of the first come before the second.
        Assert.InRange(clock.Waits.Sum(wait => wait.TotalMilliseconds), 798, 800); // Waits are whole milliseconds.
    }

    public static TheoryData<string, string[]> Refusals() =>
        new()
        {
            { "reset", ["cannot be reached", "at the last of 4 tries"] },
            { "drop", ["cannot be reached", "at the last of 4 tries"] },
            { "hang", ["gave no answer within 60 s", "at the last of 4 tries"] },
            { "html", ["answered with a web page: <html>", "see that --endpoint is the root of the interface"] },
            { "garbage", ["answered with something that is not JSON: data: {\"choices\"", "/v1"] },
            { "empty", ["answered with something that is not JSON: nothing"] },
            { "no-choice", ["answered with JSON without a reply in it: {\"choices\":[]}"] },
            { "bytes", ["cannot be reached", "at the last of 4 tries"] },
            { "flood", ["answered with more than 1000000 bytes"] },
            { "moved", ["answered 302 Said: nothing"] },
            { "unauthorized", ["answered 401 Said: wrong key [key]", "put the endpoint's key into the environment variable VLMQ_API_KEY"] },
            { "unknown", ["answered 404 Said: no such model", "see that --endpoint and --model are right"] },
            { "busy", ["answered 429 Said: slow down", "at the last of 4 tries", "--tokens-per-minute"] },
            { "ill", ["answered 500 Said: nothing", "at the last of 4 tries", "see that the endpoint runs and answers"] },
        };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task Every_refusal_is_one_clear_fault_without_the_key(string kind, string[] said)
    {
        ServerAct act = kind switch
        {
            "reset" => new ServerAct.Reset(),
            "drop" => new ServerAct.Drop(),
            "hang" => new ServerAct.Hang(),
            "html" => new ServerAct.Answer(200, "<html>\n<h1>Welcome</h1>\n</html>", "Content-Type: text/html\r\n"),
            "garbage" => new ServerAct.Answer(
                200,
                "data: {\"choices\": [{\"delta\": {}}]}\n\ndata: \0\u001b[2J",
                "Content-Type: text/event-stream\r\n"
            ),
            "empty" => new ServerAct.Answer(200, ""),
            "no-choice" => new ServerAct.Answer(200, """{"choices":[]}"""),
            "bytes" => new ServerAct.Raw([0, 1, 2, 3, 255, 254, 13, 10, 13, 10]),
            "flood" => new ServerAct.Flood(),
            "moved" => new ServerAct.Answer(302, "", "Location: http://example.invalid/\r\n"),
            "unauthorized" => new ServerAct.Answer(
                401,
                $$$"""{"error": {"message": "wrong key {{{Key}}} {{{new string('x', 175)}}} {{{Key}}}"}}"""
            ),
            "unknown" => new ServerAct.Answer(404, """{"error": "no such model"}"""),
            "busy" => new ServerAct.Answer(429, """{"error": {"message": "slow down"}}"""),
            _ => new ServerAct.Answer(500, ""),
        };
        LeapingClock clock = new(LongestWait);
        await using ScriptedServer server = new((_, _) => act is ServerAct.Hang ? Hang(clock) : act);
        using RemotePolicy policy = Policy(server.Endpoint, Key, model => model with { MostBytes = 1_000_000 }, clock);
        Fault fault = await FaultOf(policy, 1);
        Assert.Equal(FaultKind.External, fault.Kind);
        Assert.StartsWith(server.Endpoint + ": ", fault.ToString(), StringComparison.Ordinal);
        Assert.All(said, words => Assert.Contains(words, fault.ToString(), StringComparison.Ordinal));
        Assert.DoesNotContain(Key, fault.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(fault.ToString(), char.IsControl);
        bool isTriedAgain = fault.What.Contains("tries", StringComparison.Ordinal);
        Assert.Equal(isTriedAgain ? 4 : 1, server.Requests.Count);
    }

    [Fact]
    public async Task An_endpoint_that_is_down_is_named()
    {
        using RemotePolicy policy = Policy(ScriptedServer.Nowhere(), null);
        Fault fault = await FaultOf(policy, 3);
        Assert.Contains("cannot be reached: Connection refused", fault.ToString(), StringComparison.Ordinal);
        Assert.Contains("see that the endpoint runs and answers", fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_endpoint_that_keeps_failing_is_left_alone()
    {
        await using ScriptedServer server = new((_, _) => new ServerAct.Answer(500, "still broken"));
        RetryOptions retries = Quick with
        {
            Attempts = 3,
            BreakAfter = 5,
            BreakFor = TimeSpan.FromSeconds(60),
            LongestDelay = TimeSpan.FromMilliseconds(5),
        };
        using RemotePolicy policy = Policy(server.Endpoint, null, model => model with { Concurrency = 1, Retries = retries });
        List<Fault> faults = [];
        for (int i = 0; i < 6; i++)
        {
            faults.Add(await FaultOf(policy, 1));
        }
        Assert.Contains("answered 500", faults[0].What, StringComparison.Ordinal);
        Assert.Contains("keeps failing and is left alone", faults[^1].What, StringComparison.Ordinal);
        // Without the breaker there would be 18.
        Assert.Equal(5, server.Requests.Count);
    }

    [Theory]
    [InlineData("""{"choices":[{"message":{"content":"half \ud83d of a pair \ude00"}}]}""", @"half \ud83d of a pair \ude00")]
    [InlineData(
        """{"choices":[{"message":{"content":"a pair \ud83d\ude00, a backslash \\ud83d, a nul \u0000"}}]}""",
        "a pair \ud83d\ude00, a backslash \\ud83d, a nul \0"
    )]
    [InlineData("""{"choices":[{"message":{"content":null}}]}""", "")]
    [InlineData("""{"choices":[{"message":{"role":"assistant"}}]}""", "")]
    [InlineData("""{"choices":[{"message":{"content":[{"type":"text","text":"in "},{"type":"text","text":"parts"}]}}]}""", "in parts")]
    public async Task What_a_model_says_arrives_whole(string answer, string text)
    {
        await using ScriptedServer server = new((_, _) => new ServerAct.Answer(200, answer));
        using RemotePolicy policy = Policy(server.Endpoint, null);
        Assert.Equal(text, Assert.Single(await policy.ReplyAsync([Request(0)], TestContext.Current.CancellationToken)).Text);
    }

    [Fact]
    public async Task A_key_that_the_endpoint_says_again_is_in_no_reply()
    {
        await using ScriptedServer server = new((_, _) => ServerAct.Reply($"the header was Bearer {Key}, EMPTY"));
        using RemotePolicy policy = Policy(server.Endpoint, Key);
        Reply reply = Assert.Single(await policy.ReplyAsync([Request(0)], TestContext.Current.CancellationToken));
        Assert.Equal("the header was Bearer [key], EMPTY", reply.Text);
        // What servers without keys are given in the place of one is a word like any other.
        using RemotePolicy open = Policy(server.Endpoint, "EMPTY");
        reply = Assert.Single(await open.ReplyAsync([Request(0)], TestContext.Current.CancellationToken));
        Assert.EndsWith(", EMPTY", reply.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reply_of_a_megabyte_arrives_whole()
    {
        string megabyte = string.Concat(Enumerable.Repeat("{\"\\", 1 << 18));
        await using ScriptedServer server = new((_, _) => ServerAct.Reply(megabyte));
        using RemotePolicy policy = Policy(server.Endpoint, null);
        Assert.Equal(megabyte, Assert.Single(await policy.ReplyAsync([Request(0)], TestContext.Current.CancellationToken)).Text);
    }

    [Fact]
    public async Task Cancelling_stops_at_once_and_is_no_fault()
    {
        await using ScriptedServer server = new((_, _) => new ServerAct.Hang());
        using RemotePolicy policy = Policy(server.Endpoint, null);
        using CancellationTokenSource stop = new(TimeSpan.FromMilliseconds(200));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await policy.ReplyAsync([Request(0), Request(1)], stop.Token));
    }

    [Theory]
    [InlineData("localhost:8000", "m", "is no address of an endpoint")]
    [InlineData("ftp://host/v1", "m", "is no address of an endpoint")]
    [InlineData("http://me:secret@host/v1", "m", "more than scheme, host, port and path")]
    [InlineData("http://host/v1?key=secret", "m", "more than scheme, host, port and path")]
    [InlineData("http://host/v1", " ", "has no name")]
    public void A_wrong_address_or_name_is_refused_and_not_repeated_where_it_may_hold_a_secret(string endpoint, string name, string said)
    {
        Fault fault = Assert.IsType<Result<RemoteModel>.Failed>(RemoteModel.Of(endpoint, name)).Fault;
        Assert.Equal(FaultKind.Configuration, fault.Kind);
        Assert.Contains(said, fault.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_that_no_header_can_hold_is_refused_without_saying_it()
    {
        FaultException thrown = Assert.Throws<FaultException>(() => Policy("http://host/v1", "secret\r\nX-Other: 1"));
        Assert.DoesNotContain("secret", thrown.ToString(), StringComparison.Ordinal);
        Assert.Throws<FaultException>(() => Policy("http://host/v1", ""));
    }

    // No answer, and the time of the try is up.
    private static ServerAct Hang(LeapingClock clock)
    {
        clock.EndLimits();
        return new ServerAct.Hang();
    }

    private static RemotePolicy Policy(
        string endpoint,
        string? key,
        Func<RemoteModel, RemoteModel>? change = null,
        TimeProvider? clock = null
    )
    {
        RemoteModel model = RemoteModel.Of(endpoint, "tiny").OrThrow() with { Retries = Quick };
        return new RemotePolicy(change?.Invoke(model) ?? model, key, clock ?? TimeProvider.System);
    }

    private static PolicyRequest Request(int index, string prompt = "<image>Action?") =>
        new(prompt, new Observation(Picture, "", ""), ["-", "+"], RandomKey.Of(1, "request", index));

    private static string WordsOf(string body) => (string)JsonNode.Parse(body)!["messages"]![0]!["content"]![1]!["text"]!;

    private static async Task<Fault> FaultOf(RemotePolicy policy, int requests)
    {
        PolicyRequest[] asked = [.. Enumerable.Range(0, requests).Select(i => Request(i))];
        FaultException thrown = await Assert.ThrowsAsync<FaultException>(async () =>
            await policy.ReplyAsync(asked, TestContext.Current.CancellationToken)
        );
        return thrown.Fault;
    }
}
