namespace VlmQ.Datasets.Columns;

/// <summary>Where one episode's rows end and the next one's begin.</summary>
internal static class EpisodeBorders
{
    /// <summary>First row and row after the last of each episode: one begins where the id changes or the turn is 0.</summary>
    public static List<(int First, int End)> Of(ReadOnlySpan<string?> ids, ReadOnlySpan<int> turns)
    {
        List<(int First, int End)> borders = [];
        int first = 0;
        for (int row = 1; row <= ids.Length; row++)
        {
            if (row == ids.Length || turns[row] == 0 || ids[row] != ids[row - 1])
            {
                borders.Add((first, row));
                first = row;
            }
        }
        return borders;
    }
}
