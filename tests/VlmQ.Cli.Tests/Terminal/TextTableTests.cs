using VlmQ.Cli.Terminal;

namespace VlmQ.Cli.Tests.Terminal;

public class TextTableTests
{
    [Fact]
    public void Words_are_aligned_left_and_numbers_right() =>
        Assert.Equal(
            """
            method  success
            ──────  ───────
            sft       28.1%
            afsft    100.0%

            """.ReplaceLineEndings("\n"),
            TextTable.Render(
                ["method", "success"],
                [
                    ["sft", "28.1%"],
                    ["afsft", "100.0%"],
                ]
            )
        );
}
