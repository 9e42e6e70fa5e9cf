namespace VlmQ.Core.Text;

/// <summary>What somebody meant who wrote a name that does not exist.</summary>
public static class NearestName
{
    /// <summary>The known name that the fewest edits away, letter case aside; the first of several; null where even that is too far.</summary>
    /// <param name="wrong">The name as it was written.</param>
    /// <param name="known">The names that exist.</param>
    /// <param name="within">The greatest Levenshtein distance at which a name can have been meant.</param>
    public static string? Of(string wrong, IEnumerable<string> known, int within)
    {
        ArgumentNullException.ThrowIfNull(wrong);
        ArgumentNullException.ThrowIfNull(known);
        string? nearest = null;
        int least = within + 1;
        string folded = wrong.ToLowerInvariant();
        foreach (string name in known)
        {
            int distance = Distance(name.ToLowerInvariant(), folded);
            if (distance < least)
            {
                (nearest, least) = (name, distance);
            }
        }
        return nearest;
    }

    /// <summary>Insertions, deletions and substitutions that make one text the other (Levenshtein, 1966).</summary>
    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, Math.Min(row[j], row[j - 1]) + 1);
            }
        }
        return row[^1];
    }
}
