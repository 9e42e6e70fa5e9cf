using System.Security.Cryptography;
using System.Text;

namespace VlmQ.Cli.Models;

/// <summary>SHA-256 of what decides a model's answers: configuration, weights and adapters.</summary>
internal static class ModelDigest
{
    /// <summary>The digest, in hexadecimal. All of the files are read.</summary>
    public static string Of(NamedModel model)
    {
        using IncrementalHash all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string folder in ((string[])[model.Base, model.Folder]).Distinct(StringComparer.Ordinal))
        {
            foreach (string file in Directory.EnumerateFiles(folder).Where(Decides).Order(StringComparer.Ordinal))
            {
                using FileStream stream = File.OpenRead(file);
                all.AppendData(Encoding.UTF8.GetBytes(Path.GetFileName(file) + "\n"));
                all.AppendData(SHA256.HashData(stream));
            }
        }
        return Convert.ToHexStringLower(all.GetHashAndReset());
    }

    // The optimizer's state and the critics take no part in an answer.
    private static bool Decides(string path)
    {
        string name = Path.GetFileName(path);
        return name is "config.json" or "adapter_config.json" or "adapter_model.safetensors" or "average.safetensors"
            || (name.StartsWith("model", StringComparison.Ordinal) && name.EndsWith(".safetensors", StringComparison.Ordinal));
    }
}
