using System.Text;
using VlmQ.Core.Episodes;
using VlmQ.Core.Text;

namespace VlmQ.Core.Tests.Text;

public class WellFormedTests
{
    [Theory]
    [InlineData("")]
    [InlineData("plain \0 text")]
    [InlineData("a pair \ud83d\ude00 of surrogates")]
    public void Well_formed_text_is_the_same_object(string text) => Assert.Same(text, WellFormed.Of(text));

    [Fact]
    public void Half_a_pair_is_written_out()
    {
        // Not a theory: the compiler stores the arguments of an attribute as UTF-8.
        AssertWritten("\ud83d", "\\ud83d");
        AssertWritten("a\ude00\ud83db", "a\\ude00\\ud83db");
        AssertWritten("\ud83d\ud83d\ude00\ude00", "\\ud83d\ud83d\ude00\\ude00");
    }

    [Theory]
    [InlineData("""["plain \\ \" \u0000"]""", null)]
    [InlineData("""["\ud83d\ude00 \UD83D"]""", null)]
    [InlineData("""["\\ud83d"]""", null)]
    [InlineData("""["\ud83d"]""", """["\\ud83d"]""")]
    [InlineData("""["\\\ud83d"]""", """["\\\\ud83d"]""")]
    [InlineData("""["\ud83d\ud83d\ude00\ude00"]""", """["\\ud83d\ud83d\ude00\\ude00"]""")]
    [InlineData("""["\uD83Dx"]""", """["\\uD83Dx"]""")]
    [InlineData("\\ud8", null)]
    [InlineData("\\", null)]
    public void Escapes_of_half_a_pair_in_json_become_words(string json, string? expected) =>
        Assert.Equal(expected ?? json, WellFormed.OfJson(json));

    private static void AssertWritten(string text, string expected)
    {
        string whole = WellFormed.Of(text);
        Assert.Equal(expected, whole);
        Assert.Equal(whole, Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(whole)));
        Assert.Equal(whole, new Reply(text).Text);
    }
}
