namespace VlmQ.Cli.Reports;

/// <summary>The columns of a table of failure kinds.</summary>
internal static class FailureKinds
{
    /// <summary>The kinds that occurred anywhere, the most frequent first.</summary>
    public static string[] Of(IEnumerable<IReadOnlyDictionary<string, long>> counts) =>
        [
            .. counts
                .SelectMany(count => count)
                .GroupBy(pair => pair.Key)
                .OrderByDescending(group => group.Sum(pair => pair.Value))
                .Select(group => group.Key),
        ];
}
