namespace VlmQ.Cli.Tests.EndToEnd;

/// <summary>How a process ended.</summary>
internal sealed record Outcome(int ExitCode, string Output, string Error)
{
    /// <summary>Asserts that it did its work.</summary>
    public Outcome Done()
    {
        Assert.True(ExitCode == 0, $"exit code {ExitCode}: {Error}");
        return this;
    }

    /// <summary>Asserts that it failed with an exit code, no output, and one last line that says all of the given.</summary>
    public void Refused(int exitCode, params string[] said)
    {
        Assert.True(ExitCode == exitCode, $"exit code {ExitCode}, not {exitCode}: {Error}{Output}");
        Assert.Equal("", Output);
        string[] lines = Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string line = Assert.Single(lines, candidate => candidate.StartsWith("vlmq: ", StringComparison.Ordinal));
        Assert.Equal(line, lines[^1]);
        Assert.All(said, text => Assert.Contains(text, line, StringComparison.Ordinal));
        Assert.DoesNotContain("Exception", line, StringComparison.Ordinal);
    }

    /// <summary>Asserts that it was interrupted, and said that it can be gone on with only if that is so.</summary>
    public void Interrupted(bool keeps = true)
    {
        Assert.True(ExitCode == 130, $"exit code {ExitCode}, not 130: {Error}{Output}");
        Assert.Equal("", Output);
        string said = keeps ? "; what was finished is kept, and the same command goes on from there" : "";
        Assert.EndsWith($"interrupted{said}\n", Error, StringComparison.Ordinal);
    }
}
