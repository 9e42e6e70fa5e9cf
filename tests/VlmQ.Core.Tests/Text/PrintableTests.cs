using VlmQ.Core.Text;

namespace VlmQ.Core.Tests.Text;

public class PrintableTests
{
    [Theory]
    [InlineData("plain – text", "plain – text")]
    [InlineData("a\0b\u001b[2J\u009b", "a\\u0000b\\u001b[2J\\u009b")]
    [InlineData("0123456789abcdefghijk", "0123456789abcdefghij…")]
    public void Nothing_is_left_that_a_terminal_could_choke_on(string text, string shown) =>
        Assert.Equal(shown, Printable.Of(text, most: 20));

    [Fact]
    public void Half_a_character_is_a_replacement() => Assert.Equal("\\ufffd…", Printable.Of("\ud83d\ude00", most: 1));
}
