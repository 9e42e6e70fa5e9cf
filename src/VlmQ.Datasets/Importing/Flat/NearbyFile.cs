namespace VlmQ.Datasets.Importing.Flat;

/// <summary>Files that lie beside a dataset's data, as LeRobot's <c>meta</c> folder lies beside <c>data/chunk-000</c>.</summary>
internal static class NearbyFile
{
    private const int Levels = 4;

    /// <summary>The file in the folder of another, or in the nearest one above; null where none of the nearest four has it.</summary>
    public static string? Find(string beside, string relative)
    {
        string? folder = Path.GetDirectoryName(Path.GetFullPath(beside));
        for (int level = 0; level < Levels && folder is not null; level++)
        {
            string candidate = Path.Combine(folder, relative);
            if (File.Exists(candidate))
            {
                return candidate;
            }
            folder = Path.GetDirectoryName(folder);
        }
        return null;
    }
}
