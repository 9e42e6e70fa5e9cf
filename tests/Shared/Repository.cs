namespace VlmQ.Tests.Shared;

/// <summary>Finds the repository's own files from wherever the test assembly runs.</summary>
internal static class Repository
{
    /// <summary>The folder that holds <c>VlmQ.sln</c>.</summary>
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "VlmQ.sln")))
            {
                return folder.FullName;
            }
        }
        throw new InvalidOperationException($"No VlmQ.sln above {AppContext.BaseDirectory}.");
    }
}
