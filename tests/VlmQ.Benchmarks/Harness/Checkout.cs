using VlmQ.Core.Episodes;

namespace VlmQ.Benchmarks.Harness;

/// <summary>The checkout that the program was built in.</summary>
internal static class Checkout
{
    /// <summary>A path inside it.</summary>
    /// <exception cref="FaultException">The program lies outside of any.</exception>
    public static string PathOf(params ReadOnlySpan<string> path)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "VlmQ.sln")))
            {
                return Path.Combine([folder.FullName, .. path]);
            }
        }
        throw new FaultException(Fault.External("there is no VlmQ.sln above the program", AppContext.BaseDirectory));
    }
}
