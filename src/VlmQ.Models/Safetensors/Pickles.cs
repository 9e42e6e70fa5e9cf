using VlmQ.Core.Episodes;

namespace VlmQ.Models.Safetensors;

/// <summary>
/// Weights that Python pickled (<c>.bin</c>, <c>.pt</c>, <c>.pth</c>, <c>.ckpt</c>, <c>.pkl</c>). Opening a pickle runs the code in it, so
/// none is ever opened here.
/// </summary>
public static class Pickles
{
    private static readonly string[] Endings = [".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle"];

    /// <summary>Whether a file's name is one of pickled weights.</summary>
    public static bool IsOne(string path) => Endings.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    /// <summary>The first such file in a folder, in ordinal order; null where there is none.</summary>
    public static string? In(string folder) =>
        Directory.Exists(folder) ? Directory.EnumerateFiles(folder).Where(IsOne).Order(StringComparer.Ordinal).FirstOrDefault() : null;

    /// <summary>Why a file is not opened, and the way out.</summary>
    public static Fault Refuse(string path) =>
        Fault.Data(
            "is a pickle, which can run any code when it is opened, so it is not",
            path,
            "in Python, load it where you trust it and write it with safetensors.torch.save_file as .safetensors"
        );
}
