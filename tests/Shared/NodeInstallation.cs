namespace VlmQ.Tests.Shared;

/// <summary>What tests/setup-tools.sh installs for node.</summary>
internal static class NodeInstallation
{
    /// <summary>The folder with <c>node_modules</c>.</summary>
    public static string Folder { get; } = Path.Combine(Repository.Root, "tests", ".tools");

    /// <summary>Where the tools are not installed, fails the test under CI and leaves it out elsewhere.</summary>
    public static void Require()
    {
        string wanted = Path.Combine(Repository.Root, "tests", "node", "package-lock.json");
        string installed = Path.Combine(Folder, "installed.json");
        if (File.Exists(installed) && File.ReadAllText(installed) == File.ReadAllText(wanted))
        {
            return;
        }
        const string Message =
            "DuckDB, arrow-rs, Polars, hyparquet, s3rver and vocabularies for node are not installed; run: bash tests/setup-tools.sh";
        if (Environment.GetEnvironmentVariable("CI") == "true")
        {
            Assert.Fail(Message);
        }
        Assert.Skip("Left out. " + Message);
    }
}
