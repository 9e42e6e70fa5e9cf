using System.Diagnostics;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Episodes;
using VlmQ.Datasets.Importing;
using VlmQ.Datasets.Tests.Support;
using static VlmQ.Datasets.Tests.Importing.Imports;

namespace VlmQ.Datasets.Tests.Importing;

public sealed class ImportedPictureTests : IDisposable
{
    private readonly Imports _imports = new();
    private readonly TemporaryFolder _outside = new();

    public void Dispose()
    {
        _imports.Dispose();
        _outside.Dispose();
    }

    [Fact]
    public async Task A_picture_is_found_by_path_by_file_address_and_inside_the_address()
    {
        Directory.CreateDirectory(_imports["sub dir"]);
        File.Copy(_imports["b.png"], _imports["sub dir", "b.png"]);
        string data = "data:image/png;base64," + Convert.ToBase64String(A);
        foreach (string address in new[] { "a.png", "./sub dir/../a.png", _imports["a.png"], "file://" + _imports["a.png"], data })
        {
            Assert.Equal(A, await SeenAsync(address));
        }
        Assert.Equal(B, await SeenAsync("sub dir/b.png"));
        Assert.Equal(B, await SeenAsync("file://" + _imports.Path + "/sub%20dir/b.png"));
        Assert.Equal(B, await SeenAsync("b.png", _imports["sub dir"]));
    }

    [Fact]
    public async Task Jpeg_files_are_kept_as_they_are()
    {
        using Stream sample = typeof(ImportedPictureTests).Assembly.GetManifestResourceStream("picture.jpg")!;
        using MemoryStream jpeg = new();
        sample.CopyTo(jpeg);
        File.WriteAllBytes(_imports["c.jpg"], jpeg.ToArray());
        Assert.Equal(jpeg.ToArray(), await SeenAsync("c.jpg"));
    }

    [Theory]
    [InlineData("../x.png")]
    [InlineData("sub/../../x.png")]
    [InlineData("/etc/passwd")]
    [InlineData("file:///etc/passwd")]
    [InlineData("file:///%2e%2e/etc/passwd")]
    [InlineData(".")]
    public async Task No_path_leads_out_of_the_root(string path) =>
        Assert.Contains("lies outside", (await FaultAsync(path)).What, StringComparison.Ordinal);

    [Fact]
    public async Task No_link_leads_out_of_the_root_but_links_inside_it_and_the_root_itself_may_be_links()
    {
        File.Copy(_imports["a.png"], _outside["secret.png"]);
        File.CreateSymbolicLink(_imports["link.png"], _outside["secret.png"]);
        Directory.CreateSymbolicLink(_imports["folder"], _outside.Path);
        File.CreateSymbolicLink(_imports["loop.png"], _imports["loop.png"]);
        File.CreateSymbolicLink(_imports["inside.png"], "b.png");
        Assert.Contains("lies outside", (await FaultAsync("link.png")).What, StringComparison.Ordinal);
        Assert.Contains("lies outside", (await FaultAsync("folder/secret.png")).What, StringComparison.Ordinal);
        Assert.Contains("too many links", (await FaultAsync("loop.png")).What, StringComparison.Ordinal);
        Assert.Equal(B, await SeenAsync("inside.png"));
        Directory.CreateSymbolicLink(_outside["root"], _imports.Path);
        Assert.Equal(A, await SeenAsync("a.png", _outside["root"]));
    }

    [Theory]
    [InlineData("https://example.org/a.png", "nothing is fetched from a network")]
    [InlineData("http://example.org/a.png", "nothing is fetched from a network")]
    [InlineData("file://server/a.png", "nothing is fetched from a network")]
    [InlineData("s3://bucket/a.png", "nothing is fetched from a network")]
    public async Task An_address_on_a_network_is_refused_and_says_to_download_first(string address, string said)
    {
        Fault fault = await FaultAsync(address);
        Assert.Contains(said, fault.What, StringComparison.Ordinal);
        Assert.Contains("download it first", fault.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("missing.png", "there is no picture")]
    [InlineData("empty.png", "has 0 bytes")]
    [InlineData("text.png", "not PNG or JPEG")]
    [InlineData("short.png", "no whole PNG file")]
    [InlineData("pipe", "has 0 bytes")]
    [InlineData("", "the path of the picture is empty")]
    [InlineData("a\\u0000.png", "zero byte")]
    [InlineData("data:image/png;base64,####", "not valid base64")]
    [InlineData("data:image/png,abc", "which is no data:image")]
    public async Task What_is_no_picture_is_refused(string address, string said)
    {
        File.WriteAllBytes(_imports["empty.png"], []);
        File.WriteAllText(_imports["text.png"], "hello");
        File.WriteAllBytes(_imports["short.png"], [.. A[..^20]]);
        using (Process made = Process.Start("mkfifo", _imports["pipe"]))
        {
            await made.WaitForExitAsync();
        }
        Assert.Contains(said, (await FaultAsync(address)).What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_picture_of_too_many_pixels_is_refused_before_it_is_decoded()
    {
        Fault fault = await FaultAsync("a.png", new ImportOptions { PixelLimit = 10 });
        Assert.Contains("claims 6×5 pixels; the limit is 10", fault.What, StringComparison.Ordinal);
    }

    private async Task<byte[]> SeenAsync(string address, string? root = null)
    {
        StoredEpisode episode = await _imports.EpisodeAsync(Line(address), new ImportOptions { ImageRoot = root });
        Directory.Delete(_imports["out"], recursive: true);
        return [.. episode.Turns[0].Observation.Picture];
    }

    private Task<Fault> FaultAsync(string address, ImportOptions? options = null) => _imports.FaultAsync(Line(address), options);

    private static string Line(string address) =>
        Json($"{{'image': '{address}', 'reward': 1, 'conversations': [{{'from': 'human', 'value': ''}}, {{'from': 'gpt', 'value': ''}}]}}");
}
