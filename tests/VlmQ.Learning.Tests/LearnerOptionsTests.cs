using System.Text.Json;
using VlmQ.Models.Lora;

namespace VlmQ.Learning.Tests;

public sealed class LearnerOptionsTests
{
    private static readonly LearnerOptions Options = new()
    {
        LearningRate = 1,
        WarmupSteps = 4,
        Steps = 100,
        FinalLearningRate = 0.1,
        DecayStart = 0,
    };

    [Fact]
    public void The_defaults_are_sound() => Assert.Null(new LearnerOptions().Check());

    [Fact]
    public void The_learning_rate_rises_in_equal_steps()
    {
        LearnerOptions constant = Options with { Decay = LearningRateDecay.Constant };
        Assert.Equal([0.25, 0.5, 0.75, 1, 1], Enumerable.Range(0, 5).Select(step => constant.LearningRateAt(step)));
    }

    [Fact]
    public void The_cosine_passes_half_way_in_the_middle_and_ends_at_the_final_rate()
    {
        Assert.Equal(0.55, Options.LearningRateAt(50), 1e-12);
        Assert.Equal(0.1, Options.LearningRateAt(100), 1e-12);
        Assert.Equal(0.1, Options.LearningRateAt(1000), 1e-12);
    }

    [Fact]
    public void The_rate_holds_until_decay_starts()
    {
        LearnerOptions held = Options with { DecayStart = 0.5 };
        Assert.Equal(1, held.LearningRateAt(50), 1e-12);
        Assert.Equal(0.55, held.LearningRateAt(75), 1e-12);
        Assert.Equal(0.1, held.LearningRateAt(100), 1e-12);
    }

    [Fact]
    public void The_line_passes_half_way_in_the_middle() =>
        Assert.Equal(0.55, (Options with { Decay = LearningRateDecay.Linear }).LearningRateAt(50), 1e-12);

    [Theory]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    public void A_learning_rate_that_makes_no_sense_is_named(double rate) =>
        Assert.Equal(nameof(LearnerOptions.LearningRate), (Options with { LearningRate = rate }).Check()?.Where);

    [Fact]
    public void A_discount_above_one_is_named() =>
        Assert.Equal(nameof(AfsftOptions.Discount), (Options with { Loss = new AfsftOptions { Discount = 1.1 } }).Check()?.Where);

    [Fact]
    public void A_filter_without_critics_is_refused() =>
        Assert.Equal(nameof(AfsftOptions.CriticWeight), (Options with { Loss = new AfsftOptions { CriticWeight = 0 } }).Check()?.Where);

    [Fact]
    public void Options_survive_json()
    {
        LearnerOptions options = Options with
        {
            Decay = LearningRateDecay.Linear,
            Loss = new AfsftOptions
            {
                Filter = new AdvantageFilter.Exponential(0.5, 7),
                CriticLoss = new CriticLoss.HlGauss(0.6),
                DiscountUnit = DiscountUnit.Token,
            },
        };
        Assert.Equal(options, JsonSerializer.Deserialize<LearnerOptions>(JsonSerializer.Serialize(options)));
        string withAdapters = JsonSerializer.Serialize(options with { Lora = new LoraOptions(4, 8, ["qkv"]) });
        Assert.Equal(withAdapters, JsonSerializer.Serialize(JsonSerializer.Deserialize<LearnerOptions>(withAdapters)));
    }
}
