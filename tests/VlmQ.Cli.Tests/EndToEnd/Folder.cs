using System.Security.Cryptography;

namespace VlmQ.Cli.Tests.EndToEnd;

/// <summary>Folders as wholes.</summary>
internal static class Folder
{
    /// <summary>Every file below a folder with the SHA-256 of its bytes.</summary>
    public static SortedDictionary<string, string> DigestsOf(string folder)
    {
        SortedDictionary<string, string> digests = new(StringComparer.Ordinal);
        foreach (string file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            digests[Path.GetRelativePath(folder, file)] = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)));
        }
        return digests;
    }

    /// <summary>Asserts that a text is in no file below a folder, and in no file's name.</summary>
    public static async Task HoldsNowhereAsync(string folder, string text)
    {
        foreach (string file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            Assert.DoesNotContain(text, file, StringComparison.Ordinal);
            Assert.DoesNotContain(text, await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }
    }

    /// <summary>A copy of a folder's files, those in folders below it included.</summary>
    public static void Copy(string from, string to)
    {
        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
