using VlmQ.Core.Text;

namespace VlmQ.Core.Tests.Text;

public class NearestNameTests
{
    [Theory]
    [InlineData("betta", "beta")]
    [InlineData("GAMMA", "gamma")]
    [InlineData("gmma", "gamma")]
    [InlineData("zeta", "beta")]
    [InlineData("omega", null)]
    [InlineData("", null)]
    public void The_name_with_the_fewest_edits_is_meant_if_it_is_near_enough(string wrong, string? meant) =>
        Assert.Equal(meant, NearestName.Of(wrong, ["alpha", "beta", "gamma"], within: 2));
}
