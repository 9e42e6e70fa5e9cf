using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace VlmQ.Datasets.Tests.Storage.Server;

/// <summary>
/// A loopback HTTP server, written for these tests, that speaks the verbs of S3 and spoils the answers that it is told to. What a real
/// S3-compatible server does is tested with s3rver.
/// </summary>
internal sealed class FaultyServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Task, bool> _connections = new();
    private readonly Task _accepting;

    public FaultyServer()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public StoredObjects Objects { get; } = new();

    /// <summary>Says what happens to the answer to a request.</summary>
    public Func<StoreRequest, ServerFault> Spoil { get; set; } = _ => ServerFault.None;

    /// <summary>The wait that <see cref="ServerFault.SlowDown"/> asks for, in seconds.</summary>
    public string RetryAfter { get; set; } = "0";

    /// <summary>What was asked, in order.</summary>
    public ConcurrentQueue<StoreRequest> Asked { get; } = new();

    public string Endpoint => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_connections.Keys);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
                Task serving = ServeAsync(client);
                _connections.TryAdd(serving, true);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            Assert.True(_stop.IsCancellationRequested, exception.Message);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            client.NoDelay = true;
            try
            {
                NetworkStream stream = client.GetStream();
                while (await ReadAsync(stream) is { } request)
                {
                    Asked.Enqueue(request);
                    if (!await AnswerAsync(client, stream, request))
                    {
                        return;
                    }
                }
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException or SocketException)
            {
                // The caller went away, or the test is over.
                return;
            }
        }
    }

    private async Task<StoreRequest?> ReadAsync(NetworkStream stream)
    {
        List<byte> head = [];
        byte[] one = new byte[1];
        while (!Ends(head))
        {
            if (await stream.ReadAsync(one, _stop.Token) == 0)
            {
                return null;
            }
            head.Add(one[0]);
        }
        string[] lines = Encoding.ASCII.GetString([.. head]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Dictionary<string, string> headers = new(StringComparer.OrdinalIgnoreCase);
        foreach (string line in lines.AsSpan(1))
        {
            headers[line.Split(':')[0]] = line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
        }
        byte[] body = new byte[int.Parse(headers.GetValueOrDefault("Content-Length", "0"), CultureInfo.InvariantCulture)];
        if (headers.GetValueOrDefault("Expect") == "100-continue")
        {
            await stream.WriteAsync("HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray(), _stop.Token);
        }
        await stream.ReadExactlyAsync(body, _stop.Token);
        string[] first = lines[0].Split(' ');
        return new StoreRequest(first[0], first[1], headers, body);
    }

    private static bool Ends(List<byte> head) =>
        head.Count >= 4 && head[^4] == '\r' && head[^3] == '\n' && head[^2] == '\r' && head[^1] == '\n';

    /// <summary>False where the connection is over.</summary>
    private async Task<bool> AnswerAsync(TcpClient client, NetworkStream stream, StoreRequest request)
    {
        ServerFault fault = Spoil(request);
        StoreAnswer answer = fault switch
        {
            ServerFault.InternalError => StoreAnswer.Error(500, "InternalError"),
            ServerFault.SlowDown => StoreAnswer.Error(503, "SlowDown", ("Retry-After", RetryAfter)),
            ServerFault.Forbidden => StoreAnswer.Error(403, "AccessDenied"),
            ServerFault.Html => new StoreAnswer(
                200,
                "<html><body>Please sign in.<br></body></html>"u8.ToArray(),
                ("Content-Type", "text/html")
            ),
            _ => Objects.Answer(request),
        };
        if (fault == ServerFault.Silence)
        {
            await Task.Delay(Timeout.Infinite, _stop.Token);
        }
        bool bodiless = request.Method == "HEAD";
        bool cut = fault is ServerFault.Truncate or ServerFault.Reset or ServerFault.Dribble;
        byte[] head = answer.Head(answer.Body.Length);
        // An answer without a body can only be cut in its head.
        byte[] sent =
            cut && (bodiless || answer.Body.Length == 0)
                ? head[..(head.Length / 2)]
                :
                [
                    .. head,
                    .. bodiless ? []
                    : cut ? answer.Body.AsSpan(0, answer.Body.Length / 2)
                    : answer.Body,
                ];
        await stream.WriteAsync(sent, _stop.Token);
        switch (fault)
        {
            case ServerFault.Truncate:
                return false;
            case ServerFault.Reset:
                client.LingerState = new LingerOption(true, 0);
                return false;
            case ServerFault.Dribble:
                while (true)
                {
                    await Task.Delay(20, _stop.Token);
                    await stream.WriteAsync(" "u8.ToArray(), _stop.Token);
                }
            default:
                return true;
        }
    }
}
