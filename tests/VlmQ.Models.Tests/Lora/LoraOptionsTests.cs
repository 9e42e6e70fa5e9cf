using System.Text.Json;
using VlmQ.Models.Lora;

namespace VlmQ.Models.Tests.Lora;

/// <summary>Which layers an adapter is for: PEFT's rules (<c>check_target_module_exists</c>, <c>get_pattern_key</c>).</summary>
public sealed class LoraOptionsTests
{
    private const string Layer3 = "model.text.blocks.3.attn.qkv";

    [Theory]
    [InlineData("blocks.0.qkv", true)]
    [InlineData("blocks.11.qkv", true)]
    [InlineData("blocks.0.myqkv", false)]
    [InlineData("qkv", true)]
    [InlineData("qkv.inner", false)]
    public void A_target_matches_whole_path_endings(string module, bool matches) =>
        Assert.Equal(matches, new LoraOptions(4, 8, ["qkv"]).Matches(module));

    [Theory]
    [InlineData(@".*\.attn\.(qkv|proj)", true)]
    [InlineData(@"attn\.qkv", false)]
    [InlineData(@"model\.text\..*", true)]
    [InlineData(@"(?!.*vision).*\.qkv", true)]
    [InlineData(@"model\.text|model\.text\.blocks\.3\.attn\.qkv", true)]
    [InlineData(@"(?P<part>model)\.text.*qkv\Z", true)]
    public void An_expression_must_match_the_whole_path(string expression, bool matches) =>
        Assert.Equal(matches, new LoraOptions(4, 8, [expression]) { TargetIsExpression = true }.Matches(Layer3));

    [Fact]
    public void An_expression_without_end_is_given_up() =>
        Assert.Throws<ArgumentException>(() =>
            new LoraOptions(4, 8, ["(a+)+b"]) { TargetIsExpression = true }.Matches(new string('a', 200) + "c")
        );

    [Theory]
    [InlineData("attn.qkv", false)]
    [InlineData("blocks.2.attn.qkv", true)]
    public void An_excluded_ending_is_left_out(string excluded, bool matches) =>
        Assert.Equal(matches, new LoraOptions(4, 8, ["qkv"]) { ExcludedModules = [excluded] }.Matches(Layer3));

    [Fact]
    public void Everything_but_what_an_expression_excludes() =>
        Assert.Equal(
            ["text.a"],
            ((string[])["text.a", "vision.a"]).Where(
                new LoraOptions(4, 8, [LoraOptions.AllLinear]) { ExcludedModules = ["vision.*"], ExclusionIsExpression = true }.Matches
            )
        );

    [Theory]
    [InlineData(3, "", true)]
    [InlineData(2, "", false)]
    [InlineData(3, "blocks", true)]
    [InlineData(3, "layers", false)]
    public void Layers_are_chosen_by_their_number(int layer, string pattern, bool matches) =>
        Assert.Equal(
            matches,
            new LoraOptions(4, 8, ["qkv"]) { Layers = [layer], LayersPattern = pattern.Length == 0 ? [] : [pattern] }.Matches(Layer3)
        );

    [Fact]
    public void A_whole_path_is_adapted_whatever_layers_are_chosen() =>
        Assert.True(new LoraOptions(4, 8, [Layer3]) { Layers = [7] }.Matches(Layer3));

    [Fact]
    public void The_first_pattern_that_matches_sets_a_layers_rank_and_scale()
    {
        LoraOptions options = new(4, 8, ["qkv", "fc1"])
        {
            RankPattern = [new LoraOverride(@"blocks\.3\.attn\.qkv", 16), new LoraOverride("qkv", 2)],
            AlphaPattern = [new LoraOverride("attn.qkv", 32)],
        };
        Assert.Equal(16, options.RankOf(Layer3));
        Assert.Equal(2, options.ScaleOf(Layer3));
        Assert.Equal(2, options.RankOf("model.text.blocks.4.attn.qkv"));
        Assert.Equal(16, options.ScaleOf("model.text.blocks.4.attn.qkv"));
        Assert.Equal(4, options.RankOf("model.text.blocks.4.mlp.fc1"));
        Assert.Equal(2, options.ScaleOf("model.text.blocks.4.mlp.fc1"));
        Assert.Equal(4, options.RankOf("model.text.blocks.4.attn.otherqkv"));
    }

    [Fact]
    public void A_rank_stabilised_scale_divides_by_the_root() =>
        Assert.Equal(4, new LoraOptions(4, 8, ["qkv"], rankStabilized: true).Scale);

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    public void A_dropout_lies_between_0_and_1(double dropout) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new LoraOptions(4, 8, ["qkv"]) { Dropout = dropout });

    [Fact]
    public void Options_survive_json()
    {
        LoraOptions options = new(4, 8, ["qkv"], rankStabilized: true)
        {
            Dropout = 0.1,
            Layers = [1, 2],
            RankPattern = [new LoraOverride("fc1", 2)],
        };
        string json = JsonSerializer.Serialize(options);
        Assert.Equal(json, JsonSerializer.Serialize(JsonSerializer.Deserialize<LoraOptions>(json)));
    }
}
