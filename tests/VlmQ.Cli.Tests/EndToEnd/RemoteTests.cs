using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using VlmQ.Tests.Shared;

namespace VlmQ.Cli.Tests.EndToEnd;

/// <summary>Datasets in a bucket of a real S3-compatible server, s3rver, through the built command.</summary>
public sealed class RemoteTests(SmallData data) : IClassFixture<SmallData>, IDisposable
{
    private const string Episodes = $"s3://{S3rver.Bucket}/shared/episodes";
    private const string Transitions = $"s3://{S3rver.Bucket}/shared/transitions";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_command_that_reads_a_dataset_reads_it_from_a_bucket()
    {
        await using S3rver server = await StartAsync();
        TestContext.Current.TestOutputHelper?.WriteLine($"server: s3rver at {server.Endpoint}");
        (await Vlmq.RunAsync("dataset", "push", data.Episodes, Episodes)).Done();
        (await Vlmq.RunAsync("dataset", "push", data.Transitions, Transitions)).Done();

        foreach (string verb in (string[])["card", "stats", "verify"])
        {
            string local = (await Vlmq.RunAsync("dataset", verb, data.Episodes)).Done().Output;
            string remote = (await Vlmq.RunAsync("dataset", verb, Episodes)).Done().Output;
            Assert.Equal(local, remote.Replace(Episodes, data.Episodes, StringComparison.Ordinal));
        }
        Assert.Contains(Transitions, (await Vlmq.RunAsync("inspect", Transitions)).Done().Output, StringComparison.Ordinal);
        (await Vlmq.RunAsync("dataset", "diff", data.Episodes, Episodes)).Done();
        (await Vlmq.RunAsync("replay", Episodes)).Done();
        (await Vlmq.RunAsync(["dataset", "split", Episodes, "--shares", "a=0.5,b=0.5", "--out", _folder["split"]])).Done();
        (await Vlmq.RunAsync("dataset", "filter", Episodes, "length >= 1", "--out", _folder["filtered"])).Done();
        (await Vlmq.RunAsync("dataset", "sample", Episodes, "--episodes", "3", "--out", _folder["sample"])).Done();
        (await Vlmq.RunAsync("dataset", "merge", Episodes, data.Episodes, "--rename", "--out", _folder["merged"])).Done();
        (await Vlmq.RunAsync("dataset", "export", Transitions, "--out", _folder["exported"])).Done();
        (await Vlmq.RunAsync("dataset", "repair", Transitions, "--out", _folder["repaired"])).Done();
        (await Vlmq.RunAsync(["train", Transitions, "--set", "steps=2", .. SmallData.TinyTraining, "--out", _folder["model"]])).Done();

        (await Vlmq.RunAsync(SmallData.Convert(Episodes, _folder["converted"]))).Done();
        AssertSame(data.Transitions, _folder["converted"]);
        (await Vlmq.RunAsync("dataset", "pull", Episodes, "--out", _folder["pulled"])).Done();
        AssertSame(data.Episodes, _folder["pulled"]);
    }

    [Fact]
    public async Task A_cache_is_filled_once_and_its_size_is_kept_to()
    {
        await using S3rver server = await StartAsync();
        (await Vlmq.RunAsync("dataset", "push", data.Episodes, Episodes)).Done();
        string[] stats = ["dataset", "stats", Episodes, "--cache", _folder["cache"]];
        string first = (await Vlmq.RunAsync(stats)).Done().Output;
        long parts = Directory.GetFiles(data.Episodes, "part-*").Length;
        Assert.Equal(parts, Directory.GetFiles(_folder["cache"], "*.parquet").Length);
        Assert.Equal(first, (await Vlmq.RunAsync(stats)).Done().Output);

        long largest = Directory.GetFiles(data.Episodes, "part-*").Max(path => new FileInfo(path).Length);
        (await Vlmq.RunAsync(["dataset", "stats", Episodes, "--cache", _folder["small"], "--cache-size", $"{largest}"])).Done();
        Assert.Single(Directory.GetFiles(_folder["small"], "*.parquet"));
        (await Vlmq.RunAsync(["dataset", "stats", Episodes, "--cache-size", "much"])).Refused(2, "'much' is no size of a cache");
    }

    [Fact]
    public async Task Streams_and_training_from_a_bucket_with_a_cache_are_those_from_a_folder()
    {
        await using S3rver server = await StartAsync();
        (await Vlmq.RunAsync("dataset", "push", data.Transitions, Transitions)).Done();
        string[] cached = ["--cache", _folder["cache"], "--cache-size", "1MiB"];
        string[] train = [.. SmallData.TinyTraining, "--set", "steps=2"];

        Assert.Equal(await DigestAsync(data.Transitions), await DigestAsync([Transitions, .. cached]));
        Assert.NotEmpty(Directory.GetFiles(_folder["cache"], "*.parquet"));
        (await Vlmq.RunAsync(["train", data.Transitions, .. train, "--out", _folder["local"]])).Done();
        (await Vlmq.RunAsync(["train", Transitions, .. cached, .. train, "--out", _folder["remote"]])).Done();

        Assert.Equal(
            Folder.DigestsOf(_folder["local", "checkpoint"])["model.safetensors"],
            Folder.DigestsOf(_folder["remote", "checkpoint"])["model.safetensors"]
        );

        static async Task<string?> DigestAsync(params string[] dataset)
        {
            Outcome outcome = await Vlmq.RunAsync(["dataset", "stream", .. dataset, "--batches", "5", "--workers", "2", "--json"]);
            return JsonDocument.Parse(outcome.Done().Output).RootElement.GetProperty("digest").GetString();
        }
    }

    [Fact]
    public async Task A_server_that_is_not_there_ends_with_4_and_what_would_write_to_a_bucket_with_2()
    {
        await using S3rver server = await StartAsync();
        (await Vlmq.RunAsync("dataset", "verify", $"s3://{S3rver.Bucket}/nothing")).Refused(3, "there is no manifest.json");
        (await Vlmq.RunAsync("dataset", "verify", "s3://No/Bucket")).Refused(2, "s3://bucket/path");
        (await Vlmq.RunAsync("convert", data.Episodes, "--out", Transitions)).Refused(2, "vlmq dataset push");
        (await Vlmq.RunAsync("convert", Episodes + "/*", "--out", _folder["x"])).Refused(2, "patterns are of folders");
        Outcome json = await Vlmq.RunAsync("dataset", "push", data.Episodes, Episodes, "--json");
        JsonElement report = JsonDocument.Parse(json.Done().Output).RootElement;
        Assert.Equal(Episodes, report.GetProperty("target").GetString());
        await server.DisposeAsync();
        (await Vlmq.RunAsync("dataset", "card", Episodes)).Refused(4, Episodes, "after 8 tries", "check the network");
    }

    [Fact]
    public async Task A_pull_that_is_killed_goes_on_to_the_same_bytes()
    {
        await using S3rver server = await StartAsync();
        (await Vlmq.RunAsync("dataset", "push", data.Episodes, Episodes)).Done();
        string[] pull = ["dataset", "pull", Episodes, "--workers", "1", "--out", _folder["pulled"]];
        await Vlmq.KillAsync(() => Directory.Exists(_folder["pulled"]) && Directory.EnumerateFiles(_folder["pulled"]).Any(), pull);
        (await Vlmq.RunAsync(pull)).Done();
        AssertSame(data.Episodes, _folder["pulled"]);
    }

    [Fact]
    public async Task A_server_that_never_answers_can_be_interrupted()
    {
        using TcpListener silent = new(IPAddress.Loopback, 0);
        silent.Start();
        Name($"http://{silent.LocalEndpoint}");
        (await Vlmq.InterruptAsync(silent.Pending, "dataset", "verify", Episodes)).Interrupted(keeps: false);
    }

    private static void AssertSame(string expected, string actual)
    {
        string[] names = [.. Directory.GetFiles(expected).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
        Assert.Equal(names, Directory.GetFiles(actual).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
        Assert.All(
            names,
            name => Assert.Equal(File.ReadAllBytes(Path.Combine(expected, name)), File.ReadAllBytes(Path.Combine(actual, name)))
        );
    }

    private static async Task<S3rver> StartAsync()
    {
        S3rver server = await S3rver.StartAsync();
        Name(server.Endpoint);
        return server;
    }

    // The commands that are started inherit these, and nothing else here looks at them.
    private static void Name(string endpoint)
    {
        Environment.SetEnvironmentVariable("AWS_ENDPOINT_URL_S3", endpoint);
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", S3rver.Account);
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", S3rver.Account);
    }
}
