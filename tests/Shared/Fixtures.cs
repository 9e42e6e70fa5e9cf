namespace VlmQ.Tests.Shared;

/// <summary>Golden data made by running the reference implementations; it is not part of the repository.</summary>
internal static class Fixtures
{
    /// <summary>The folder named by <c>VLMQ_FIXTURES</c>, or <c>../shared/fixtures</c> beside the repository.</summary>
    public static string Root { get; } =
        Environment.GetEnvironmentVariable("VLMQ_FIXTURES") is { Length: > 0 } named
            ? named
            : Path.GetFullPath(Path.Combine(Repository.Root, "..", "shared", "fixtures"));

    /// <summary>The full path of a golden file. Where the data are absent, the test fails under CI and is left out elsewhere.</summary>
    public static string PathOf(params string[] parts)
    {
        string path = Path.Combine([Root, .. parts]);
        if (File.Exists(path) || Directory.Exists(path))
        {
            return path;
        }
        string message = $"Golden data not found: {path}. Set VLMQ_FIXTURES to the folder that holds it.";
        if (Environment.GetEnvironmentVariable("CI") == "true" || Directory.Exists(Root))
        {
            Assert.Fail(message);
        }
        Assert.Skip("Left out. " + message);
        return path;
    }
}
