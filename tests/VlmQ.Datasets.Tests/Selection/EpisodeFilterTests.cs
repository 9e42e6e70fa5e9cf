using VlmQ.Core.Episodes;
using VlmQ.Datasets.Columns;
using VlmQ.Datasets.Manifest;
using VlmQ.Datasets.Selection.Filtering;
using VlmQ.Datasets.Tests.Support;

namespace VlmQ.Datasets.Tests.Selection;

public class EpisodeFilterTests
{
    private static readonly EpisodeFacts Facts = new()
    {
        Id = "a",
        Environment = "gym_cards/NumberLine-v0",
        Policy = "it's",
        Goal = "",
        Seed = 7,
        Length = 4,
        Return = -1.5,
        Valid = 3,
        Success = null,
        Terminated = true,
    };

    [Theory]
    [InlineData("length <= 5", true)]
    [InlineData("length > 4", false)]
    [InlineData("5 > length", true)]
    [InlineData("return == -1.5 and syntax == .75", true)]
    [InlineData("env == \"gym_cards/NumberLine-v0\"", true)]
    [InlineData("policy == \"it's\"", true)]
    [InlineData("policy != 'x' && terminated", true)]
    [InlineData("truncated || seed==7", true)]
    [InlineData("truncated or length < 2 and terminated", false)]
    [InlineData("(truncated or length < 9) and terminated", true)]
    [InlineData("not truncated", true)]
    [InlineData("return < -15e-1 or return == -1.5E+0", true)]
    [InlineData("return < +1", true)]
    [InlineData("seed == 7.0 and seed > 6.5 and seed < 7.5", true)]
    [InlineData("seed < 1e300 and seed > -1e300 and seed < 99999999999999999999", true)]
    [InlineData("!terminated", false)]
    [InlineData("not not terminated", true)]
    [InlineData("terminated == true", true)]
    [InlineData("env < 'h' and env > 'g'", true)]
    [InlineData("success", false)]
    [InlineData("not success", false)]
    [InlineData("success == false", false)]
    [InlineData("success == null", true)]
    [InlineData("success != null", false)]
    [InlineData("success or terminated", true)]
    [InlineData("success and terminated", false)]
    public void A_condition_keeps_an_episode_only_where_it_is_true(string filter, bool keeps) =>
        Assert.Equal(keeps, EpisodeFilter.Parse(filter, DatasetKind.Episodes).OrThrow().Keeps(Facts));

    [Theory]
    [InlineData("seed == 5047161957372306306", true)]
    [InlineData("seed == 5047161957372306305", false)]
    [InlineData("seed > 5047161957372306305 and seed < 5047161957372306307", true)]
    [InlineData("5047161957372306305 < seed", true)]
    [InlineData("seed == 5047161957372306306.0", false)]
    public void A_seed_is_compared_to_its_last_digit(string filter, bool keeps) =>
        Assert.Equal(keeps, EpisodeFilter.Parse(filter, DatasetKind.Episodes).OrThrow().Keeps(Facts with { Seed = 5047161957372306306 }));

    [Theory]
    [InlineData("", 1, "the filter ends where a column or a value is due")]
    [InlineData("length", 1, "a number alone is no condition")]
    [InlineData("success and 3", 13, "a number alone is no condition")]
    [InlineData("lenght < 5", 1, "episodes have no column 'lenght'")]
    [InlineData("length = 5", 8, "'=' means nothing here")]
    [InlineData("length < 'x'", 8, "a number cannot be compared with a text by <")]
    [InlineData("length > null", 8, "a number cannot be compared with null by >")]
    [InlineData("success < true", 9, "truth values have no order")]
    [InlineData("(success", 9, "the filter ends where ')' is due")]
    [InlineData("success)", 8, "')' stands where 'and', 'or' or the end is due")]
    [InlineData("env == 'x", 8, "the text has no end")]
    [InlineData("length < 1.2.3", 10, "'1.2.3' is no number")]
    [InlineData("length < 1e999", 10, "'1e999' is no number")]
    [InlineData("length < 1e-", 10, "'1e' is no number")]
    [InlineData("length < +", 10, "'+' is no number")]
    [InlineData("success and or", 13, "episodes have no column 'or'")]
    [InlineData("success § length", 9, "'§' means nothing here")]
    [InlineData("success == == true", 12, "'==' stands where a column or a value is due")]
    public void What_is_wrong_is_said_with_its_position(string filter, int position, string said)
    {
        Fault fault = TransitionFolders.FaultOf(EpisodeFilter.Parse(filter, DatasetKind.Episodes));
        Assert.Equal((FaultKind.Configuration, $"filter, character {position}"), (fault.Kind, fault.Where));
        Assert.StartsWith(said, fault.What, StringComparison.Ordinal);
    }

    [Fact]
    public void Columns_are_those_of_the_kind()
    {
        Fault fault = TransitionFolders.FaultOf(EpisodeFilter.Parse("success", DatasetKind.Transitions));
        Assert.Equal("transitions have no column 'success'", fault.What);
        Assert.Contains("reply_tokens", fault.Remedy, StringComparison.Ordinal);
        EpisodeFilter.Parse("reply_tokens < 3", DatasetKind.Transitions).OrThrow();
    }

    [Theory]
    [InlineData("(")]
    [InlineData("not ")]
    public void Endless_nesting_is_refused(string repeated) =>
        Assert.Contains(
            "nests deeper",
            TransitionFolders
                .FaultOf(EpisodeFilter.Parse(string.Concat(Enumerable.Repeat(repeated, 100_000)) + "success", DatasetKind.Episodes))
                .What,
            StringComparison.Ordinal
        );
}
