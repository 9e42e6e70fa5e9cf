using System.Diagnostics;

namespace VlmQ.Tests.Shared;

/// <summary>A real S3-compatible server, s3rver for node, on loopback, with one empty bucket and its own folder.</summary>
internal sealed class S3rver : IAsyncDisposable
{
    /// <summary>The bucket.</summary>
    public const string Bucket = "testing";

    /// <summary>The only account's name, and its key.</summary>
    public const string Account = "S3RVER";

    private readonly Process _process;
    private readonly Task _log;
    private readonly string _folder;
    private bool _ended;

    private S3rver(Process process, Task log, string folder, string endpoint)
    {
        _process = process;
        _log = log;
        _folder = folder;
        Endpoint = endpoint;
    }

    /// <summary>Its address.</summary>
    public string Endpoint { get; }

    /// <summary>Starts a server; where it is not installed, the test is left out.</summary>
    public static async Task<S3rver> StartAsync()
    {
        NodeInstallation.Require();
        string folder = Directory.CreateTempSubdirectory("vlmq-s3rver-").FullName;
        string program = Path.Combine(NodeInstallation.Folder, "node_modules", "s3rver", "bin", "s3rver.js");
        string[] arguments = [program, "-d", folder, "-a", "127.0.0.1", "-p", "0", "--configure-bucket", Bucket];
        Process process =
            Process.Start(new ProcessStartInfo("node", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })
            ?? throw new InvalidOperationException("node did not start.");
        const string Says = "S3rver listening on ";
        string? line;
        do
        {
            line = await process.StandardOutput.ReadLineAsync();
        } while (line?.StartsWith(Says, StringComparison.Ordinal) == false);
        if (line is null)
        {
            Assert.Fail(await process.StandardError.ReadToEndAsync());
        }
        // A pipe that nobody empties would stop it after some requests.
        Task log = Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        return new S3rver(process, log, folder, "http://" + line[Says.Length..]);
    }

    /// <summary>Ends the server; a second time does nothing.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_ended)
        {
            return;
        }
        _ended = true;
        _process.Kill();
        await _process.WaitForExitAsync();
        await _log;
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
