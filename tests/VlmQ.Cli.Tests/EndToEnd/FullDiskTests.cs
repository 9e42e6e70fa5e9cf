namespace VlmQ.Cli.Tests.EndToEnd;

public sealed class FullDiskTests(SmallData data) : IClassFixture<SmallData>, IDisposable
{
    private const int NoDisk = 77;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Collecting_onto_a_full_disk_names_the_file_and_goes_on_once_there_is_space()
    {
        string[] collect = [.. SmallData.Collect, "--out", _folder["disk", "episodes"]];
        await FillThenGrowAsync("64k", "episodes", collect, _folder["disk", "episodes"]);
        Assert.Equal(Folder.DigestsOf(data.Episodes), Folder.DigestsOf(_folder["kept"]));
    }

    [Fact]
    public async Task Training_onto_a_full_disk_names_the_file_and_goes_on_once_there_is_space()
    {
        string[] train = ["train", data.Transitions, .. SmallData.TinyTraining, "--set", "steps=4", "--out", _folder["disk", "model"]];
        await FillThenGrowAsync("64k", "model", train, _folder["disk", "model"]);
        Assert.True(File.Exists(_folder["kept", "checkpoint", "model.safetensors"]));
    }

    /// <summary>
    /// Runs a command on a small disk of its own, a tmpfs that only the command's mount namespace sees; then again after the disk has
    /// grown, and keeps what was written.
    /// </summary>
    private async Task FillThenGrowAsync(string size, string name, string[] command, string where)
    {
        const string Script = """
            mount -t tmpfs -o size="$1" vlmq "$2" || exit 77
            disk=$2 name=$3 kept=$4
            shift 4
            "$@" 2>"$kept.first"; echo "ended with $?" >>"$kept.first"
            mount -o remount,size=64m "$disk" || exit 77
            "$@" >&2 || exit
            cp -r "$disk/$name" "$kept"
            """;
        Directory.CreateDirectory(_folder["disk"]);
        string[] shell = ["--map-root-user", "--mount", "sh", "-c", Script, "sh", size, _folder["disk"], name, _folder["kept"]];
        const string Unshare = "/usr/bin/unshare";
        Outcome outcome = File.Exists(Unshare)
            ? await Vlmq.RunProgramAsync(Unshare, [.. shell, Vlmq.Path, .. command])
            : new Outcome(NoDisk, "", "there is no " + Unshare);
        if (!File.Exists(_folder["kept.first"]))
        {
            Assert.Skip("Left out. No tmpfs can be mounted here, so no disk can be filled: " + outcome.Error.Trim());
        }
        outcome.Done();
        string[] first = await File.ReadAllLinesAsync(_folder["kept.first"], TestContext.Current.CancellationToken);
        Assert.Equal("ended with 4", first[^1]);
        Assert.StartsWith("vlmq: ", first[^2], StringComparison.Ordinal);
        Assert.Contains(where, first[^2], StringComparison.Ordinal);
        Assert.Contains("space", first[^2], StringComparison.Ordinal);
        Assert.Contains("same command again", first[^2], StringComparison.Ordinal);
    }
}
