using VlmQ.Tests.Shared;

namespace VlmQ.Cli.Tests.EndToEnd;

public sealed class BadInputTests(SmallData data) : IClassFixture<SmallData>, IDisposable
{
    private const string Pipeline = """
        name: small
        environment: numberline
        data:
          - name: noisy
            turns: 60
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("colour: red", "pipeline.yaml:6: there is no key 'colour'", "known keys: ")]
    [InlineData("train: {stepps: 5}", "pipeline.yaml:6: there is no key 'stepps' under 'train'", "did you mean 'steps'?")]
    [InlineData("workers: -2", "pipeline.yaml:6: 'workers' must be in 1 … 1024; it is -2", "")]
    [InlineData("convert: {tokenizer: nowhere}", "pipeline.yaml: there is no tokenizer 'nowhere'", "tiny")]
    [InlineData("train: {model: {patch_size: 7}}", "pipeline.yaml: convert.image_size", "60 is no multiple of the patch size 7")]
    [InlineData("train: {model: {heads: 7}}", "pipeline.yaml: train.model.width", "is no multiple of the 7 heads")]
    [InlineData("train: {lora: {target_modules: [queries]}}", "pipeline.yaml: train.lora.target_modules: no linear layer", "qkv")]
    [InlineData(
        "train: {afsft: {critic_loss: two_hot, minimum_value: 5}}",
        "train.afsft.minimum_value: 5 is not below",
        "maximum_value, 2"
    )]
    [InlineData("train: {afsft: {critic_loss: hl_gauss, initial_value: 9}}", "train.afsft.initial_value: 9 does not lie between", "-10")]
    [InlineData("seeds: [1, 2, 1]", "pipeline.yaml: seeds: 1 is named twice", "name each seed once")]
    [InlineData("methods: [sft, sft]", "pipeline.yaml: methods: sft is named twice", "name each method once")]
    [InlineData("train: {model: {text_length: 12}}", "pipeline.yaml: train.model.text_length: a prompt of", "convert.reply_limit")]
    [InlineData("convert: {reply_limit: 500}", "pipeline.yaml: train.model.text_length: a prompt of", "convert.reply_limit")]
    [InlineData("seeds: [1", "pipeline.yaml:", "not valid YAML")]
    public async Task A_wrong_pipeline_is_refused_before_anything_is_written(string line, string where, string said)
    {
        string file = _folder["pipeline.yaml"];
        await File.WriteAllTextAsync(file, Pipeline + "\n" + line, TestContext.Current.CancellationToken);
        (await Vlmq.RunAsync("run", file, "--out", _folder["run"])).Refused(ExitCode.Configuration, where, said);
        Assert.False(Directory.Exists(_folder["run"]));
    }

    [Theory]
    [InlineData("data[0].turns=-5", "--set data[0].turns=-5: 'data[0].turns' must be at least 1; it is -5")]
    [InlineData("environment=atlantis", "'atlantis'; `vlmq env list` lists them")]
    [InlineData("data[0].policy=perfect", "'perfect'; use one of: expert, model, noisy, random, remote")]
    public async Task A_wrong_setting_is_refused_before_anything_is_written(string setting, string said)
    {
        string file = _folder["pipeline.yaml"];
        await File.WriteAllTextAsync(file, Pipeline, TestContext.Current.CancellationToken);
        (await Vlmq.RunAsync("run", file, "--set", setting, "--out", _folder["run"])).Refused(ExitCode.Configuration, said);
        Assert.False(Directory.Exists(_folder["run"]));
    }

    [Theory]
    [InlineData("convert", "--out", "target")]
    [InlineData("train", "--out", "target")]
    [InlineData("inspect")]
    [InlineData("eval", "--env", "numberline")]
    public async Task A_missing_folder_is_named(string command, params string[] rest)
    {
        string[] arguments = [.. rest.Select(word => word == "target" ? _folder[word] : word)];
        (await Vlmq.RunAsync([command, _folder["nowhere"], .. arguments])).Refused(
            ExitCode.Data,
            _folder["nowhere"] + ": there is no such folder",
            "folder of a"
        );
        Assert.False(Directory.Exists(_folder["target"]));
    }

    [Fact]
    public async Task A_training_is_not_written_beside_the_files_of_others_nor_in_the_place_of_a_file()
    {
        await File.WriteAllTextAsync(_folder["file"], "", TestContext.Current.CancellationToken);
        string[] train = ["train", data.Transitions, "--out"];
        (await Vlmq.RunAsync([.. train, _folder.Path])).Refused(
            ExitCode.Configuration,
            _folder.Path + ": the folder holds other files (file) and no training; name another folder"
        );
        (await Vlmq.RunAsync([.. train, _folder["file"]])).Refused(
            ExitCode.Configuration,
            _folder["file"] + ": is a file, not a folder; choose another --out"
        );
        Assert.Equal([_folder["file"]], Directory.EnumerateFileSystemEntries(_folder.Path));
        (await Vlmq.RunAsync([.. train, _folder["new"], "--set", "model.width=33"])).Refused(
            ExitCode.Configuration,
            "vlmq: model.width: 33 is no multiple of the 4 heads"
        );
        (await Vlmq.RunAsync([.. train, _folder["new"], "--set", "afsft={critic_loss: two_hot, minimum_value: 5}"])).Refused(
            ExitCode.Configuration,
            "vlmq: afsft.minimum_value: 5 is not below afsft.maximum_value, 2"
        );
        (await Vlmq.RunAsync([.. train, _folder["new"], "--set", "lora.target_modules=[queries]"])).Refused(
            ExitCode.Configuration,
            "vlmq: lora.target_modules: no linear layer of tiny is called queries; name some of "
        );
    }

    [Fact]
    public async Task A_run_in_the_place_of_a_file_is_refused()
    {
        string file = _folder["pipeline.yaml"];
        await File.WriteAllTextAsync(file, Pipeline, TestContext.Current.CancellationToken);
        (await Vlmq.RunAsync("run", file, "--out", file)).Refused(
            ExitCode.Configuration,
            file + ": is a file, not a folder; choose another --out"
        );
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_named() =>
        (await Vlmq.RunAsync("collect", "numberline", "--turns", "20", "--out", "/proc/episodes")).Refused(
            ExitCode.External,
            "/proc/episodes"
        );

    [Fact]
    public async Task A_file_where_a_folder_must_be_is_named()
    {
        await File.WriteAllTextAsync(_folder["file"], "", TestContext.Current.CancellationToken);
        (await Vlmq.RunAsync("collect", "numberline", "--turns", "20", "--out", _folder["file"])).Refused(
            ExitCode.External,
            _folder["file"]
        );
        (await Vlmq.RunAsync("inspect", _folder["file"])).Refused(ExitCode.Data, _folder["file"]);
    }

    [Fact]
    public async Task A_truncated_part_is_named_and_once_mended_conversion_ends_with_the_same_bytes()
    {
        string part = CopyOfEpisodes("part-00001.parquet");
        byte[] whole = await File.ReadAllBytesAsync(part, TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(part, whole[..(whole.Length / 2)], TestContext.Current.CancellationToken);
        await RefuseThenMendAsync(part, whole);
    }

    [Fact]
    public async Task A_part_with_another_hash_is_named_and_once_mended_conversion_ends_with_the_same_bytes()
    {
        string part = CopyOfEpisodes("part-00001.parquet");
        byte[] whole = await File.ReadAllBytesAsync(part, TestContext.Current.CancellationToken);
        byte[] changed = [.. whole];
        changed[whole.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(part, changed, TestContext.Current.CancellationToken);
        await RefuseThenMendAsync(part, whole);
    }

    [Fact]
    public async Task Another_vocabulary_than_the_transitions_is_refused()
    {
        string tokenizer = await OtherTokenizerAsync();
        string[] train = ["train", data.Transitions, .. SmallData.TinyTraining, "--set", "steps=2", "--out", _folder["model"]];
        (await Vlmq.RunAsync([.. train, "--tokenizer", tokenizer])).Refused(ExitCode.Data, data.Transitions, "tokenizer");
        Assert.False(Directory.Exists(_folder["model"]));

        (await Vlmq.RunAsync(train)).Done();
        string checkpoint = _folder["model", "checkpoint"];
        (await Vlmq.RunAsync("eval", checkpoint, "--env", "numberline", "--tokenizer", tokenizer)).Refused(
            ExitCode.Data,
            checkpoint,
            "tokenizer"
        );
        (await Vlmq.RunAsync([.. train, "--set", "batch_windows=8"])).Refused(
            ExitCode.Configuration,
            _folder["model"],
            "train.batch_windows (2 there, 8 here)",
            "choose another --out"
        );
    }

    [Theory]
    [InlineData("--seed 2", "seed")]
    [InlineData("--turns 100", "limit")]
    [InlineData("--policy random", "policy")]
    public async Task Episodes_of_another_configuration_are_not_gone_on_with(string other, string what)
    {
        SortedDictionary<string, string> before = Folder.DigestsOf(data.Episodes);
        Dictionary<string, string> arguments = new() { ["--policy"] = "noisy", ["--turns"] = "120" };
        arguments[other.Split(' ')[0]] = other.Split(' ')[1];
        string[] options = [.. arguments.SelectMany(pair => new[] { pair.Key, pair.Value })];
        (await Vlmq.RunAsync(["collect", "numberline", .. options, "--part-rows", "40", "--out", data.Episodes])).Refused(
            ExitCode.Configuration,
            data.Episodes,
            "made with another " + what,
            "another folder"
        );
        Assert.Equal(before, Folder.DigestsOf(data.Episodes));
    }

    [Fact]
    public async Task Without_libtorch_a_command_says_how_to_get_it()
    {
        foreach (string file in Directory.EnumerateFiles(AppContext.BaseDirectory))
        {
            string name = Path.GetFileName(file);
            if (!name.Contains(".so", StringComparison.Ordinal) && !name.StartsWith("xunit", StringComparison.Ordinal))
            {
                File.Copy(file, _folder[name]);
            }
        }
        Folder.Copy(Path.Combine(AppContext.BaseDirectory, "data"), _folder["data"]);
        (await Vlmq.RunProgramAsync(_folder["vlmq"], "train", data.Transitions, "--set", "steps=2", "--out", _folder["model"])).Refused(
            ExitCode.External,
            "a native library cannot be loaded",
            "pipelines/setup.sh"
        );
    }

    private string CopyOfEpisodes(string part)
    {
        Folder.Copy(data.Episodes, _folder["episodes"]);
        return _folder["episodes", part];
    }

    private async Task RefuseThenMendAsync(string part, byte[] whole)
    {
        string[] convert = SmallData.Convert(_folder["episodes"], _folder["transitions"]);
        (await Vlmq.RunAsync(convert)).Refused(ExitCode.Data, part);
        (await Vlmq.RunAsync("inspect", _folder["episodes"])).Refused(ExitCode.Data, part);
        await File.WriteAllBytesAsync(part, whole, TestContext.Current.CancellationToken);
        (await Vlmq.RunAsync(convert)).Done();
        Assert.Equal(Folder.DigestsOf(data.Transitions), Folder.DigestsOf(_folder["transitions"]));
    }

    /// <summary>The shipped tokenizer with the ids of two words exchanged.</summary>
    private async Task<string> OtherTokenizerAsync()
    {
        Folder.Copy(Path.Combine(Repository.Root, "data", "tokenizers", "tiny"), _folder["tokenizer"]);
        string file = _folder["tokenizer", "vocab.json"];
        string vocabulary = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        string changed = vocabulary
            .Replace("\"!\": 37", "\"!\": 39", StringComparison.Ordinal)
            .Replace("\"#\": 39", "\"#\": 37", StringComparison.Ordinal);
        Assert.NotEqual(vocabulary, changed);
        await File.WriteAllTextAsync(file, changed, TestContext.Current.CancellationToken);
        return _folder["tokenizer"];
    }
}
