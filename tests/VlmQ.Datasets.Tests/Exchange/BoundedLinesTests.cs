using VlmQ.Core.Episodes;
using VlmQ.Datasets.Exchange;

namespace VlmQ.Datasets.Tests.Exchange;

public sealed class BoundedLinesTests
{
    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("one")]
    [InlineData("one\ntwo\n")]
    [InlineData("one\n\nthree")]
    public void Lines_are_those_of_a_reader(string text)
    {
        List<string> expected = [];
        using StringReader reader = new(text);
        while (reader.ReadLine() is { } line)
        {
            expected.Add(line);
        }

        Assert.Equal(expected, BoundedLines.Of(new StringReader(text), 5, "rows.jsonl"));
    }

    [Fact]
    public void A_line_across_buffers_is_whole()
    {
        string line = new('x', 100_000);

        Assert.Equal([line, "y"], BoundedLines.Of(new StringReader(line + "\ny"), line.Length, "rows.jsonl"));
    }

    [Fact]
    public void A_line_beyond_the_limit_is_named()
    {
        FaultException exception = Assert.Throws<FaultException>(() =>
            BoundedLines.Of(new StringReader("short\n" + new string('x', 1_000)), 999, "rows.jsonl").Count()
        );

        Assert.Equal("rows.jsonl:2: the line has more than 999 characters; export the dataset again", exception.Fault.ToString());
    }
}
