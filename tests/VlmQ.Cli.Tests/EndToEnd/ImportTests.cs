using System.Text.Json.Nodes;
using VlmQ.Tests.Shared;

namespace VlmQ.Cli.Tests.EndToEnd;

public sealed class ImportTests : IDisposable
{
    private const int LargestSample = 100_000;

    private static readonly string Samples = Path.Combine(Repository.Root, "data", "import");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("openai", 4, 9, 10)]
    [InlineData("llava", 6, 12, 12)]
    [InlineData("minari", 4, 18, 19)]
    [InlineData("lerobot", 3, 10, 10)]
    public async Task A_sample_is_imported_as_its_card_says_is_sound_and_can_be_converted(string sample, int episodes, int turns, int rows)
    {
        JsonNode made = JsonNode.Parse((await Vlmq.RunAsync([.. OnCard(sample, "import", _folder["episodes"]), "--json"])).Done().Output)!;
        Assert.Equal((episodes, turns, rows, 0), ((int)made["episodes"]!, (int)made["turns"]!, (int)made["rows"]!, (int)made["rejects"]!));
        (await Vlmq.RunAsync("dataset", "verify", _folder["episodes"])).Done();

        JsonNode held = JsonNode.Parse((await Vlmq.RunAsync("inspect", _folder["episodes"], "--rows", "50", "--json")).Done().Output)!;
        Assert.Equal(episodes, (int)held["episodes"]!);

        string[] convert = OnCard(sample, "convert", _folder["transitions"]);
        convert[1] = _folder["episodes"];
        Assert.Contains($"{episodes} episodes, {turns} turns", (await Vlmq.RunAsync(convert)).Done().Output, StringComparison.Ordinal);
        (await Vlmq.RunAsync("dataset", "verify", _folder["transitions"])).Done();
    }

    [Fact]
    public void Samples_are_small_and_have_cards_with_source_licence_and_command()
    {
        foreach (string folder in Directory.GetDirectories(Samples))
        {
            string[] files = Directory.GetFiles(folder, "*", SearchOption.AllDirectories);
            Assert.InRange(files.Sum(file => new FileInfo(file).Length), 1, LargestSample);
            string card = File.ReadAllText(Path.Combine(folder, "README.md"));
            Assert.All(["    vlmq import ", "Source: ", "Licence:"], text => Assert.Contains(text, card, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_dry_run_says_what_would_be_imported_and_writes_nothing()
    {
        Outcome dry = (await Vlmq.RunAsync([.. OnCard("openai", "import", _folder["out"]), "--dry-run"])).Done();
        Assert.Equal("4 episodes, 9 turns would be imported; 0 rejected\n", dry.Output);
        Assert.False(Directory.Exists(_folder["out"]));
    }

    [Fact]
    public async Task A_finished_import_is_not_done_again_and_may_be_refused()
    {
        string[] import = OnCard("llava", "import", _folder["out"]);
        (await Vlmq.RunAsync(import)).Done();
        SortedDictionary<string, string> made = Folder.DigestsOf(_folder["out"]);
        (await Vlmq.RunAsync(import)).Done();
        Assert.Equal(made, Folder.DigestsOf(_folder["out"]));
        (await Vlmq.RunAsync([.. import, "--resume", "false"])).Refused(2, _folder["out"], "holds a dataset already");
    }

    [Fact]
    public async Task Missing_rewards_are_refused_and_each_way_out_works()
    {
        string chat = Path.Combine(Samples, "openai", "chat.jsonl");
        string file = _folder["chat.jsonl"];
        string one = File.ReadLines(chat).ElementAt(1);
        File.WriteAllText(file, one.Replace("\"reward\"", "\"score\"", StringComparison.Ordinal));
        string[] import = ["import", file, "--image-root", Path.GetDirectoryName(chat)!, "--out"];
        (await Vlmq.RunAsync([.. import, _folder["a"]])).Refused(
            2,
            file + ":1",
            "it has no rewards",
            "--final-reward 1",
            "--reward-default 0"
        );
        (await Vlmq.RunAsync([.. import, _folder["a"], "--final-reward", "1"])).Done();
        (await Vlmq.RunAsync([.. import, _folder["b"], "--final-reward", "success"])).Done();
        (await Vlmq.RunAsync([.. import, _folder["c"], "--reward-default", "0"])).Done();
        (await Vlmq.RunAsync([.. import, _folder["d"], "--reward-field", "score"])).Done();
        string[] rewards = new string[4];
        for (int i = 0; i < rewards.Length; i++)
        {
            Outcome inspected = (await Vlmq.RunAsync("inspect", _folder[((char)('a' + i)).ToString()], "--json")).Done();
            rewards[i] = string.Join(' ', JsonNode.Parse(inspected.Output)!["samples"]!.AsArray().Select(row => (string)row!["reward"]!));
        }
        Assert.Equal(["0 1", "0 1", "0 0", "0 1"], rewards);
    }

    [Fact]
    public async Task Rejects_are_counted_and_the_first_is_shown()
    {
        string file = _folder["chat.jsonl"];
        string[] lines = File.ReadAllLines(Path.Combine(Samples, "openai", "chat.jsonl"));
        File.WriteAllLines(file, [lines[3], lines[0], lines[3]]);
        Outcome outcome = (await Vlmq.RunAsync("import", file, "--out", _folder["out"])).Done();
        Assert.EndsWith("; 1 rejected\n", outcome.Output, StringComparison.Ordinal);
        Assert.Contains($"the first: {file}:2, turn 0: there is no picture", outcome.Error, StringComparison.Ordinal);
        (await Vlmq.RunAsync("dataset", "verify", _folder["out"])).Done();
    }

    [Fact]
    public async Task A_killed_import_ends_with_the_same_bytes()
    {
        string line = File.ReadLines(Path.Combine(Samples, "openai", "chat.jsonl")).ElementAt(3);
        File.WriteAllLines(_folder["chat.jsonl"], Enumerable.Repeat(line, 3000));
        string[] import = ["import", _folder["chat.jsonl"], "--part-rows", "100", "--out"];
        (await Vlmq.RunAsync([.. import, _folder["whole"]])).Done();
        string second = _folder["killed", "part-00001.parquet"];
        Assert.True(await Vlmq.KillAsync(() => File.Exists(second), [.. import, _folder["killed"]]), "it ended before it was killed");
        Random moments = new();
        for (int attempt = 0; attempt < 3; attempt++)
        {
            long end = Environment.TickCount64 + moments.Next(300, 900);
            await Vlmq.KillAsync(() => Environment.TickCount64 >= end, [.. import, _folder["killed"]]);
        }
        (await Vlmq.RunAsync([.. import, _folder["killed"], "--workers", "1"])).Done();
        Assert.Equal(Folder.DigestsOf(_folder["whole"]), Folder.DigestsOf(_folder["killed"]));
    }

    // The words of a command that stands on a sample's card, with another output.
    private static string[] OnCard(string sample, string name, string output)
    {
        string command = File.ReadLines(Path.Combine(Samples, sample, "README.md"))
            .Single(line => line.StartsWith($"    vlmq {name} ", StringComparison.Ordinal));
        string[] words = [.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(word => word.Trim('\''))];
        words[^1] = output;
        return Array.ConvertAll(
            words,
            word => word.StartsWith("data/", StringComparison.Ordinal) ? Path.Combine(Repository.Root, word) : word
        );
    }
}
