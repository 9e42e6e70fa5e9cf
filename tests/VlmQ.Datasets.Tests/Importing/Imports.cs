using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Episodes;
using VlmQ.Datasets.Images;
using VlmQ.Datasets.Importing;
using VlmQ.Datasets.Tests.Support;
using VlmQ.Datasets.Verification;

namespace VlmQ.Datasets.Tests.Importing;

/// <summary>A folder with conversations and two pictures, <c>a.png</c> and <c>b.png</c>, to import from and to.</summary>
internal sealed class Imports : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public Imports()
    {
        File.WriteAllBytes(this["a.png"], A);
        File.WriteAllBytes(this["b.png"], B);
    }

    /// <summary>The bytes of <c>a.png</c>.</summary>
    public static byte[] A { get; } = [.. PictureCodec.Encode(Samples.Image(1))];

    /// <summary>The bytes of <c>b.png</c>.</summary>
    public static byte[] B { get; } = [.. PictureCodec.Encode(Samples.Image(2))];

    public string Path => _folder.Path;

    public string this[params string[] parts] => System.IO.Path.Combine([_folder.Path, .. parts]);

    /// <summary>Writes lines.</summary>
    public string Write(string name, params string[] lines)
    {
        File.WriteAllText(this[name], string.Join('\n', lines));
        return this[name];
    }

    /// <summary>Imports files into <c>out</c>.</summary>
    public Task<Result<ImportSummary>> RunAsync(ImportOptions options, params string[] files) =>
        EpisodeImport.RunAsync([.. files], this["out"], options, null, TestContext.Current.CancellationToken);

    /// <summary>Imports one conversation.</summary>
    public Task<Result<ImportSummary>> RunAsync(string line, ImportOptions? options = null) =>
        RunAsync(options ?? new ImportOptions(), Write("chat.jsonl", line));

    /// <summary>Imports one conversation; the fault that keeps it from being one.</summary>
    public async Task<Fault> FaultAsync(string line, ImportOptions? options = null)
    {
        Fault fault = Assert.IsType<Result<ImportSummary>.Failed>(await RunAsync(line, options)).Fault;
        Assert.False(Directory.Exists(this["out"]), "a refused import leaves nothing behind");
        return fault;
    }

    /// <summary>Imports one conversation that is an episode.</summary>
    public async Task<StoredEpisode> EpisodeAsync(string line, ImportOptions? options = null)
    {
        (await RunAsync(line, options)).OrThrow();
        return Assert.Single(await EpisodesAsync());
    }

    /// <summary>The imported episodes; they are sound.</summary>
    public async Task<List<StoredEpisode>> EpisodesAsync()
    {
        VerificationReport report = (await DatasetVerifier.VerifyAsync(this["out"])).OrThrow();
        Assert.True(report.Sound, string.Join('\n', report.Breaches));
        List<StoredEpisode> episodes = [];
        await foreach (StoredEpisode episode in EpisodeDataset.OpenReader(this["out"]).OrThrow().ReadAsync())
        {
            episodes.Add(episode);
        }
        return episodes;
    }

    /// <summary>A conversation in one line: an object of JSON, with single quotes for double ones.</summary>
    public static string Json(string text) =>
        JsonNode.Parse(text.Replace('\'', '"'))!.ToJsonString(new JsonSerializerOptions { WriteIndented = false });

    public void Dispose() => _folder.Dispose();
}
