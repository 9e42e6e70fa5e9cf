using System.Collections.Immutable;
using System.Globalization;
using VlmQ.Core.Episodes;

namespace VlmQ.Datasets.Selection;

/// <summary>One part of a split.</summary>
public sealed record SplitShare
{
    private const double SumTolerance = 1e-6;

    private SplitShare(string name, double share)
    {
        Name = name;
        Share = share;
    }

    /// <summary>Its name, that of its folder: letters, digits, <c>-</c> and <c>_</c>.</summary>
    public string Name { get; }

    /// <summary>Its share of the episodes, above 0 and up to 1.</summary>
    public double Share { get; }

    /// <summary>Reads shares such as <c>train=0.9,test=0.1</c>.</summary>
    /// <returns>The shares, which sum to 1, or what is wrong with them.</returns>
    public static Result<ImmutableArray<SplitShare>> Parse(string text)
    {
        ImmutableArray<SplitShare>.Builder shares = ImmutableArray.CreateBuilder<SplitShare>();
        foreach (string word in text.Split(',', StringSplitOptions.TrimEntries))
        {
            string[] sides = word.Split('=', StringSplitOptions.TrimEntries);
            if (
                sides.Length != 2
                || sides[0].Length == 0
                || sides[0].Any(letter => !char.IsAsciiLetterOrDigit(letter) && letter is not ('-' or '_'))
                || !double.TryParse(sides[1], NumberStyles.Float, CultureInfo.InvariantCulture, out double share)
                || share is not (> 0 and <= 1)
            )
            {
                return Wrong($"'{word}' is no share");
            }
            if (shares.Any(other => other.Name == sides[0]))
            {
                return Wrong($"'{sides[0]}' comes twice");
            }
            shares.Add(new SplitShare(sides[0], share));
        }
        double sum = shares.Sum(share => share.Share);
        return Math.Abs(sum - 1) <= SumTolerance
            ? shares.ToImmutable()
            : Wrong(string.Create(CultureInfo.InvariantCulture, $"the shares sum to {sum:g6}, not to 1"));
    }

    /// <summary>How many of the episodes each share gets: what is left after rounding down goes to the greatest remainders.</summary>
    internal static ImmutableArray<long> Places(ImmutableArray<SplitShare> shares, long episodes)
    {
        long[] places = [.. shares.Select(share => (long)Math.Floor((share.Share * episodes) + SumTolerance))];
        int[] order =
        [
            .. Enumerable.Range(0, places.Length).OrderByDescending(i => (shares[i].Share * episodes) - places[i]).ThenBy(i => i),
        ];
        for (int i = 0; places.Sum() < episodes; i++)
        {
            places[order[i % order.Length]]++;
        }
        return [.. places];
    }

    private static Fault Wrong(string what) => Fault.Configuration(what, "--shares", "write shares like train=0.9,test=0.1");
}
