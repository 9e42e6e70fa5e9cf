using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace VlmQ.Tests.Shared.Remote;

/// <summary>A web server on the loopback that does with each request what a script says, and remembers all of them.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Task> _serving = [];
    private readonly Func<int, string, ServerAct> _script;
    private readonly Task _accepting;
    private int _requests;
    private int _current;
    private int _most;

    /// <param name="script">The number of a request, from 0, and its body → what to do.</param>
    public ScriptedServer(Func<int, string, ServerAct> script)
    {
        _script = script;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>The root of the interface.</summary>
    public string Endpoint => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/v1";

    /// <summary>Every request, head and body.</summary>
    public ConcurrentQueue<(string Head, string Body)> Requests { get; } = [];

    /// <summary>The most requests that were under way at once, each until something is done with it.</summary>
    public int MostAtOnce => _most;

    /// <summary>An address on the loopback where nobody listens.</summary>
    public static string Nowhere()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/v1";
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_serving);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                _serving.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using TcpClient connection = client;
        try
        {
            NetworkStream stream = connection.GetStream();
            (string head, string body) = await ReadAsync(stream);
            Requests.Enqueue((head, body));
            InterlockedMax(ref _most, Interlocked.Increment(ref _current));
            // Long enough that requests that go out together are seen together.
            await Task.Delay(5, _stop.Token);
            ServerAct act = _script(Interlocked.Increment(ref _requests) - 1, body);
            // Before the client can know of an end, and send another request.
            Interlocked.Decrement(ref _current);
            await ActAsync(connection, stream, act);
        }
        catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException)
        {
            // The client went away, or the test is over; what counts is what the client made of it.
            Assert.NotNull(exception);
        }
    }

    private async Task ActAsync(TcpClient connection, NetworkStream stream, ServerAct act)
    {
        switch (act)
        {
            case ServerAct.Answer answer:
                await stream.WriteAsync(Message(answer.Status, answer.Headers, answer.Body), _stop.Token);
                break;
            case ServerAct.Raw raw:
                await stream.WriteAsync(raw.Bytes, _stop.Token);
                break;
            case ServerAct.Cut cut:
                byte[] whole = Message(200, "Content-Type: application/json\r\n", cut.Body);
                await stream.WriteAsync(whole.AsMemory(0, whole.Length - (cut.Body.Length / 2)), _stop.Token);
                break;
            case ServerAct.Reset:
                await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"u8.ToArray(), _stop.Token);
                connection.LingerState = new LingerOption(enable: true, seconds: 0);
                break;
            case ServerAct.Hang:
                await Task.Delay(Timeout.Infinite, _stop.Token);
                break;
            case ServerAct.Flood:
                await stream.WriteAsync("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"u8.ToArray(), _stop.Token);
                byte[] block = new byte[1 << 16];
                while (true)
                {
                    await stream.WriteAsync(block, _stop.Token);
                }
            default:
                break;
        }
    }

    private static byte[] Message(int status, string headers, string body)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(body);
        string head = $"HTTP/1.1 {status} Said\r\nConnection: close\r\nContent-Length: {bytes.Length}\r\n{headers}\r\n";
        return [.. Encoding.ASCII.GetBytes(head), .. bytes];
    }

    private async Task<(string Head, string Body)> ReadAsync(NetworkStream stream)
    {
        List<byte> read = [];
        byte[] block = new byte[1 << 16];
        int bodyAt = -1;
        int length = 0;
        while (bodyAt < 0 || read.Count < bodyAt + length)
        {
            int count = await stream.ReadAsync(block, _stop.Token);
            if (count == 0)
            {
                throw new IOException("the client closed the connection");
            }
            read.AddRange(block.AsSpan(0, count));
            if (bodyAt < 0)
            {
                int end = EndOfHead(read);
                if (end >= 0)
                {
                    bodyAt = end + 4;
                    length = LengthOf(Encoding.ASCII.GetString(read.GetRange(0, end).ToArray()));
                }
            }
        }
        byte[] all = [.. read];
        return (Encoding.ASCII.GetString(all, 0, bodyAt), Encoding.UTF8.GetString(all, bodyAt, length));
    }

    private static int EndOfHead(List<byte> read) => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(read).IndexOf("\r\n\r\n"u8);

    private static int LengthOf(string head) =>
        head.Split("\r\n")
            .Where(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))
            .Select(line => int.Parse(line["Content-Length:".Length..], CultureInfo.InvariantCulture))
            .FirstOrDefault();

    private static void InterlockedMax(ref int target, int value)
    {
        int seen = Volatile.Read(ref target);
        while (seen < value && Interlocked.CompareExchange(ref target, value, seen) is var other && other != seen)
        {
            seen = other;
        }
    }
}
