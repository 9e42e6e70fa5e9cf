namespace VlmQ.Cli.Tests.EndToEnd;

public class UsageTests
{
    [Theory]
    [InlineData("--help", "vlmq run pipelines/numberline.yaml")]
    [InlineData("run --help", "vlmq run pipelines/numberline.yaml --set")]
    [InlineData("collect --help", "vlmq collect numberline")]
    [InlineData("import --help", "vlmq import data/import/openai/chat.jsonl")]
    [InlineData("convert --help", "vlmq convert 'runs/*/episodes/*'")]
    [InlineData("train --help", "vlmq train transitions")]
    [InlineData("dataset stream --help", "vlmq dataset stream transitions")]
    [InlineData("eval --help", "vlmq eval model/checkpoint")]
    [InlineData("inspect --help", "vlmq inspect runs/")]
    [InlineData("bench --help", "vlmq bench train")]
    [InlineData("env --help", "vlmq env list")]
    [InlineData("env list --help", "vlmq env list")]
    [InlineData("env show --help", "vlmq env show blackjack --seed")]
    [InlineData("env play --help", "vlmq env play blackjack --seed")]
    [InlineData("dataset --help", "vlmq dataset verify")]
    [InlineData("dataset inspect --help", "vlmq dataset inspect runs/")]
    [InlineData("dataset card --help", "vlmq dataset card")]
    [InlineData("dataset verify --help", "vlmq dataset verify episodes")]
    [InlineData("dataset split --help", "vlmq dataset split episodes")]
    [InlineData("dataset merge --help", "vlmq dataset merge")]
    [InlineData("dataset sample --help", "vlmq dataset sample episodes")]
    [InlineData("dataset filter --help", "vlmq dataset filter episodes")]
    [InlineData("dataset stats --help", "vlmq dataset stats episodes")]
    [InlineData("dataset diff --help", "vlmq dataset diff episodes")]
    [InlineData("dataset repair --help", "vlmq dataset repair damaged")]
    [InlineData("dataset export --help", "vlmq dataset export episodes")]
    [InlineData("dataset import --help", "vlmq dataset import exported")]
    [InlineData("dataset push --help", "vlmq dataset push runs/numberline/episodes/")]
    [InlineData("dataset pull --help", "vlmq dataset pull s3://")]
    [InlineData("replay --help", "vlmq replay runs/numberline")]
    [InlineData("dataset simulate --help", "vlmq dataset simulate --turns")]
    [InlineData("", "vlmq run pipelines/numberline.yaml")]
    public async Task Help_ends_with_an_example(string arguments, string example)
    {
        Outcome help = (await Vlmq.RunAsync(Words(arguments))).Done();
        string[] lines = help.Output.TrimEnd().Split('\n');
        Assert.Equal("Example:", lines[^2]);
        Assert.StartsWith("  " + example, lines[^1], StringComparison.Ordinal);
        Assert.Equal("", help.Error);
    }

    [Theory]
    [InlineData("learn", "there is no command 'learn'; see `vlmq --help`")]
    [InlineData("--json", "a command is missing; see `vlmq --help`")]
    [InlineData("collect numberline", "'--out' is required; see `vlmq collect --help`")]
    [InlineData("collect numberline --turns many --out x", "--turns must be a whole number; it is 'many'; see `vlmq collect --help`")]
    [InlineData("collect numberline --turns -5 --out x", "--turns must be at least 1; it is -5")]
    [InlineData("collect numberline --malformed 1.5 --out x", "--malformed must be in 0 … 1; it is 1.5")]
    [InlineData("collect numberline --policy perfect --out x", "'perfect'; use one of: expert, model, noisy, random, remote")]
    [InlineData("collect atlantis --out x", "'atlantis'; `vlmq env list` lists them")]
    [InlineData("collect blackjak --out x", "there is no environment 'blackjak'; did you mean 'blackjack'?")]
    [InlineData("collect numberline --env blackjack --out x", "--env: the environment is named twice")]
    [InlineData("collect --out x", "no environment is named; name one; `vlmq env list` lists them")]
    [InlineData("collect numberline --epsilon 2 --out x", "--epsilon must be in 0 … 1; it is 2")]
    [InlineData("collect numberline --mix-by week --out x", "--mix-by cannot be 'week'; it is one of episode, turn; see")]
    [InlineData("collect numberline --mix-by 7 --out x", "--mix-by cannot be '7'; it is one of episode, turn")]
    [InlineData(
        "collect numberline --model x --constrain hard --out y",
        "--constrain cannot be 'hard'; it is one of none, action, thoughts"
    )]
    [InlineData("collect numberline --episodes 99999999999 --out x", "--episodes must be in -2147483647 … 2147483647; it is 99999999999")]
    [InlineData("collect numberline --epsilon 0.5 --out x", "--epsilon is of the expert, but 'random' plays; name another --policy")]
    [InlineData("collect numberline --mix-by turn --out x", "--mix-by is of mixtures, but 'random' plays")]
    [InlineData("collect numberline --policy expert --malformed 0.5 --out x", "--malformed is of the noisy policy, but 'expert' plays")]
    [InlineData("collect numberline --policy random --model m --out x", "--model is of policies that are models, but 'random' plays")]
    [InlineData("collect numberline --policy random --endpoint y --out x", "--endpoint is of the remote policy, but 'random' plays")]
    [InlineData("collect numberline --policy expert,random --timeout 3 --out x", "--timeout is of the remote policy, but 'expert,random'")]
    [InlineData("eval x --env numberline --epsilon 0.5", "--epsilon is of the expert, but 'model' plays")]
    [InlineData("env show blackjack --out x.gif", "x.gif: the picture is written as PNG; name a file for --out that ends with .png")]
    [InlineData("collect numberline --obs sound --out x", "there are no observations 'sound'; use one of: both, image, text")]
    [InlineData("env", "a command is missing; see `vlmq env --help`")]
    [InlineData("env show atlantis", "'atlantis'; `vlmq env list` lists them")]
    [InlineData("env play numberline --obs sound", "there are no observations 'sound'; use one of: both, image, text")]
    [InlineData("convert x --image-size 0 --out y", "--image-size must be at least 1; it is 0")]
    [InlineData("convert x --workerz 2 --out y", "there is no option '--workerz'; did you mean '--workers'?; see `vlmq convert --help`")]
    [InlineData("dataset merge x y --renam --out z", "there is no option '--renam'; did you mean '--rename'?")]
    [InlineData("convert x --tokenizer nowhere --out y", "there is no tokenizer 'nowhere'; name a shipped one (tiny)")]
    [InlineData("import x --format csv --out y", "--format must be 'openai', 'llava' or 'parquet'; it is 'csv'")]
    [InlineData("import x --final-reward much --out y", "--final-reward must be a number or 'success'; it is 'much'")]
    [InlineData("import x --reward-default 1e99 --out y", "--reward-default must be a finite number")]
    [InlineData("import x --cut here --out y", "--cut must be 'terminated' or 'last-turn'; it is 'here'")]
    [InlineData("import x --map nowhere.yaml --out y", "nowhere.yaml: no such file; give the path of a map of columns")]
    [InlineData("import x*.jsonl --out y", "x*.jsonl: no file matches the pattern")]
    [InlineData("train x --method magic --out y", "there is no method 'magic'; use afsft or sft")]
    [InlineData("train x --set steps --out y", "--set steps: not of the form key=value; write, for example, --set steps=100")]
    [InlineData("train x --set steps=-1 --out y", "--set steps=-1: 'steps' must be at least 1; it is -1")]
    [InlineData("train x --set afsft.betta=1 --out y", "--set afsft.betta=1: there is no key 'betta' under 'afsft'; did you mean 'beta'?")]
    [InlineData("eval x --env numberline --temperature 0", "--temperature must be in 0.01 … 100; it is 0")]
    [InlineData("inspect x --rows -1", "--rows must be at least 0; it is -1")]
    [InlineData("dataset", "a command is missing; see `vlmq dataset --help`")]
    [InlineData("dataset look", "there is no command 'look'; see `vlmq dataset --help`")]
    [InlineData("env lst", "there is no command 'lst'; did you mean 'list'?; see `vlmq env --help`")]
    [InlineData("dataset split x --shares a=2 --out y", "--shares: 'a=2' is no share; write shares like train=0.9,test=0.1")]
    [InlineData("dataset sample x --out y", "'--episodes' is required; see `vlmq dataset sample --help`")]
    [InlineData("dataset merge x y", "'--out' is required; see `vlmq dataset merge --help`")]
    [InlineData("dataset verify x --limit -1", "--limit must be at least 0; it is -1")]
    [InlineData("dataset simulate --ranks 0", "--ranks must be at least 1; it is 0")]
    [InlineData("dataset simulate --ranks 2000000000", "8 windows for each of 2000000000 trainers are 16000000000, a step has at most")]
    [InlineData("dataset simulate --turns 99999999999999", "--turns must be at most 100000000 for each of --parts, 1000; it is 999")]
    [InlineData("dataset simulate --episode-turns 2000000000", "--episode-turns must be at most 100000000; it is 2000000000")]
    [InlineData("dataset stream x --image-size 100000", "--image-size must be at most 16384; it is 100000")]
    [InlineData("dataset simulate --turns 5 --parts 9", "--turns must be at least --parts, 9; it is 5")]
    [InlineData("run x.yaml --out s3://bucket/run", "s3://bucket/run: datasets are written to folders")]
    [InlineData("eval x --env numberline --out s3://bucket/eval", "s3://bucket/eval: datasets are written to folders")]
    [InlineData("run", "'PIPELINE.yaml' missing")]
    [InlineData("run nowhere.yaml", "nowhere.yaml: no such file; give the path of a pipeline")]
    public async Task A_wrong_command_line_is_one_line_and_exit_code_2(string arguments, string said) =>
        (await Vlmq.RunAsync(Words(arguments))).Refused(ExitCode.Configuration, said);

    [Theory]
    [InlineData("--resume takes no value but true or false, so 'maybe' behind it was taken for EPISODES\n", "convert", "--resume", "maybe")]
    [InlineData(
        "--dry-run takes no value but true or false, so 'yes' behind it was taken for EPISODES\n",
        "convert",
        "x",
        "--dry-run",
        "yes"
    )]
    public async Task What_stands_behind_an_option_without_a_value_is_said_to_be_an_argument(string said, params string[] arguments)
    {
        Outcome outcome = await Vlmq.RunAsync([.. arguments, "--out", Path.Combine(Path.GetTempPath(), "vlmq-no-such-folder")]);
        outcome.Refused(ExitCode.Data, "no");
        Assert.Contains(said, outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("EPISODES is empty; see `vlmq convert --help`", "convert", "", "--out", "x")]
    [InlineData("--out is empty; see `vlmq convert --help`", "convert", "x", "--out", "")]
    [InlineData("DATASET is empty; see `vlmq inspect --help`", "inspect", "")]
    [InlineData("--out is empty; see `vlmq dataset split --help`", "dataset", "split", "x", "--out", "")]
    [InlineData("--cache is empty; see `vlmq dataset stream --help`", "dataset", "stream", "x", "--cache", "")]
    public async Task What_is_empty_is_named(string said, params string[] arguments) =>
        (await Vlmq.RunAsync(arguments)).Refused(ExitCode.Configuration, said);

    private static string[] Words(string arguments) => arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
