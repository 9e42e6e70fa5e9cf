using VlmQ.Cli.Commands;
using VlmQ.Cli.Configuration;
using VlmQ.Core.Episodes;

namespace VlmQ.Cli.Tests.Configuration;

public class YamlBinderTests
{
    private const string Minimal = """
        name: first
        environment: numberline
        data:
          - name: noisy
            policy: noisy
        """;

    [Fact]
    public void Missing_keys_keep_their_defaults()
    {
        PipelineConfiguration pipeline = Bind(Minimal).OrThrow();
        Assert.Equal("first", pipeline.Name);
        Assert.Equal([1L], pipeline.Seeds);
        Assert.Equal(6000, pipeline.Data[0].Turns);
        Assert.Equal([Method.Base, Method.Sft, Method.Afsft], pipeline.Methods);
    }

    [Fact]
    public void A_key_that_may_be_empty_can_be_set_to_nothing()
    {
        PipelineConfiguration pipeline = Bind(Minimal + "\ntrain: {afsft: {initial_value: null}, lora: null}").OrThrow();
        Assert.Null(pipeline.Train.Afsft.InitialValue);
        Assert.NotNull(Bind(Minimal).OrThrow().Train.Afsft.InitialValue);
        Assert.Contains("'threads'", FaultOf(Bind(Minimal + "\nthreads: null")).What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("seed: 3", "there is no key 'seed'", "did you mean 'seeds'?")]
    [InlineData("colour: red", "there is no key 'colour'", "known keys: convert, data")]
    [InlineData("workers: -1", "'workers' must be in 1 … 1024; it is -1", "")]
    [InlineData("threads: many", "'threads' must be a whole number; it is 'many'", "")]
    [InlineData("methods: [sft, magic]", "'methods[1]' cannot be 'magic'", "base, sft, afsft")]
    [InlineData("methods: sft", "'methods' must be a list", "")]
    [InlineData("evaluate: 5", "'evaluate' must be a mapping", "")]
    [InlineData("evaluate: {temperature: .nan}", "'evaluate.temperature' must be a finite number", "")]
    [InlineData("evaluate: {episodes: 0}", "'evaluate.episodes' must be at least 1; it is 0", "")]
    [InlineData("convert: {image_size: 99999}", "'convert.image_size' must be in 1 … 16384; it is 99999", "")]
    [InlineData("seeds: []", "'seeds' must name at least one seed", "")]
    public void A_wrong_key_or_value_is_named_with_its_line(string line, string what, string remedy)
    {
        Fault fault = FaultOf(Bind(Minimal + "\n" + line));
        Assert.Equal(FaultKind.Configuration, fault.Kind);
        Assert.Contains(what, fault.What, StringComparison.Ordinal);
        Assert.Contains(remedy, fault.Remedy, StringComparison.Ordinal);
        Assert.Equal("test.yaml:6", fault.Where);
    }

    [Theory]
    [InlineData("environment: numberline\ndata: [{name: a}]", "'name' is missing")]
    [InlineData("name: x\nenvironment: numberline\ndata: [{}]", "'data[0].name' is missing")]
    [InlineData("name: ../up\nenvironment: numberline\ndata: [{name: a}]", "letters, digits")]
    public void A_required_key_is_asked_for(string yaml, string what) =>
        Assert.Contains(what, FaultOf(Bind(yaml)).What, StringComparison.Ordinal);

    [Theory]
    [InlineData("evaluate.episodes=7")]
    [InlineData("data[0].turns=7")]
    [InlineData("seeds=[7]")]
    public void A_set_option_replaces_one_value(string assignment)
    {
        PipelineConfiguration pipeline = Bind(Minimal, assignment).OrThrow();
        int[] values = [pipeline.Evaluate.Episodes, pipeline.Data[0].Turns, (int)pipeline.Seeds[0]];
        Assert.Contains(7, (IEnumerable<int>)values);
    }

    [Theory]
    [InlineData("episodes", "not of the form key=value")]
    [InlineData("data[4].turns=7", "there is no list item [4]")]
    [InlineData("name.x=7", "under something that is no mapping")]
    [InlineData("=7", "not of the form key=value")]
    [InlineData("data[0.turns=7", "there is no list item [0")]
    [InlineData("seeds=[1", "not valid YAML")]
    [InlineData("sead=7", "there is no key 'sead'")]
    [InlineData("train.steeps=7", "there is no key 'steeps' under 'train'")]
    [InlineData("train.steps=-7", "'train.steps' must be at least 1; it is -7")]
    [InlineData("evaluate={episodes: many}", "'evaluate.episodes' must be a whole number; it is 'many'")]
    [InlineData("data[0].turns=x", "'data[0].turns' must be a whole number; it is 'x'")]
    public void A_set_option_that_fits_nothing_is_refused(string assignment, string what)
    {
        Fault fault = FaultOf(Bind(Minimal, assignment));
        Assert.Contains(what, fault.What, StringComparison.Ordinal);
        Assert.Equal("--set " + assignment, fault.Where);
    }

    [Fact]
    public void Text_that_is_no_yaml_is_a_fault_with_its_line() =>
        Assert.StartsWith("test.yaml:", FaultOf(Bind("name: x\nseeds: [1")).Where, StringComparison.Ordinal);

    private static Result<PipelineConfiguration> Bind(string yaml, params string[] assignments) =>
        SetOption.Apply(YamlDocument.Parse(yaml, "test.yaml"), assignments, "a=1").Bind(YamlBinder.Bind<PipelineConfiguration>);

    private static Fault FaultOf(Result<PipelineConfiguration> result) => Assert.IsType<Result<PipelineConfiguration>.Failed>(result).Fault;
}
