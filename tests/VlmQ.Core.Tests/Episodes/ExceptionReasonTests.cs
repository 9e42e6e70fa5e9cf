using System.Text.Json;
using VlmQ.Core.Episodes;

namespace VlmQ.Core.Tests.Episodes;

public class ExceptionReasonTests
{
    [Fact]
    public void The_name_of_a_parameter_is_left_out()
    {
        ArgumentException inner = new("A part must have a name.", "file");
        Assert.Equal("A part must have a name.", inner.Reason());
        Assert.Equal("bad: A part must have a name.", new InvalidOperationException("bad: " + inner.Message).Reason());
        Assert.Equal("Too small.\nActual value was 3.", new ArgumentOutOfRangeException("rows", 3, "Too small.").Reason());
        Assert.Equal("a (Parameter of b", new FormatException("a (Parameter of b").Reason());
    }

    [Theory]
    [InlineData("{\"a\": x}", "'x' is an invalid start of a value (byte 7)")]
    [InlineData("{\n\n  \"a\": x}", "'x' is an invalid start of a value (line 3, byte 8)")]
    public void The_place_in_a_JSON_text_is_said_in_words(string text, string said) =>
        Assert.Equal(said, Assert.ThrowsAny<JsonException>(() => JsonDocument.Parse(text)).Reason());

    [Fact]
    public void A_JSON_text_that_does_not_fit_is_said_without_its_path()
    {
        string reason = Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<int[]>("[true]")).Reason();
        Assert.StartsWith("The JSON value could not be converted", reason, StringComparison.Ordinal);
        Assert.EndsWith(" (byte 6)", reason, StringComparison.Ordinal);
        Assert.DoesNotContain("Path:", reason, StringComparison.Ordinal);
    }
}
