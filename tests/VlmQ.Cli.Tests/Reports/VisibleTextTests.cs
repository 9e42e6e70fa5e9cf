using FsCheck;
using FsCheck.Fluent;
using VlmQ.Cli.Reports;

namespace VlmQ.Cli.Tests.Reports;

public class VisibleTextTests
{
    [Theory]
    [InlineData("plain\r\nand\ttabs", "plain\nand\ttabs")]
    [InlineData("a\0b\u001b[31m", "a\\u0000b\\u001b[31m")]
    [InlineData("abc\u202edef\u2066", "abc\\u202edef\\u2066")]
    [InlineData("é 漢字 😀 👩‍🚀", "é 漢字 😀 👩‍🚀")]
    public void What_a_page_would_hide_is_written_out(string text, string shown) => Assert.Equal(shown, VisibleText.Of(text, 100));

    // Attributes cannot hold halves of surrogate pairs.
    [Fact]
    public void Halves_of_surrogate_pairs_are_written_out()
    {
        Assert.Equal("\\ud83d", VisibleText.Of("\ud83d", 100));
        Assert.Equal("x\\udc00y", VisibleText.Of("x\udc00y", 100));
    }

    [Fact]
    public void A_megabyte_is_shortened_visibly_in_its_middle()
    {
        string text = "begin " + new string('x', 1_000_000) + " end";
        string shown = VisibleText.Of(text, 400);
        Assert.StartsWith("begin xxx", shown, StringComparison.Ordinal);
        Assert.EndsWith("xxx end", shown, StringComparison.Ordinal);
        Assert.Contains("\n… 999,610 characters left out …\n", shown, StringComparison.Ordinal);
        Assert.True(shown.Length < 500);
    }

    [Fact]
    public void Pairs_are_never_cut_in_two() =>
        Prop.ForAll(
                (
                    from count in Gen.Choose(5, 60)
                    from most in Gen.Choose(8, 60)
                    from lead in Gen.Elements("", "a")
                    select (count, most, lead)
                ).ToArbitrary(),
                sizes =>
                {
                    string shown = VisibleText.Of(sizes.lead + string.Concat(Enumerable.Repeat("😀", sizes.count)), sizes.most);
                    return !shown.Contains("\\u", StringComparison.Ordinal);
                }
            )
            .QuickCheckThrowOnFailure();
}
