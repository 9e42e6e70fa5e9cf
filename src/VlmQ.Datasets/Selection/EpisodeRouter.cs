using System.Collections.Immutable;
using VlmQ.Core.Randomness;
using VlmQ.Datasets.Columns;

namespace VlmQ.Datasets.Selection;

/// <summary>Says which target each episode goes to, asked once for each in order: −1 for none.</summary>
internal delegate int EpisodeRouter(in EpisodeFacts facts);

/// <summary>Makes routers.</summary>
internal static class EpisodeRouters
{
    /// <summary>
    /// A uniformly random choice of exactly so many episodes for each target, in one pass and constant memory: each episode goes to a
    /// target with the chance of the target's places that are left among all that are left (Knuth, TAOCP 2, 3.4.2, algorithm S).
    /// </summary>
    /// <param name="places">Places of each target; the last ones, beyond <paramref name="targets"/>, are of none.</param>
    /// <param name="targets">Targets.</param>
    /// <param name="key">The random key.</param>
    public static EpisodeRouter Random(ImmutableArray<long> places, int targets, RandomKey key)
    {
        long[] left = [.. places];
        long all = left.Sum();
        ulong counter = 0;
        return (in EpisodeFacts _) =>
        {
            long drawn = (long)Math.BigMul(key.UInt64At(counter++), (ulong)all--, out ulong _);
            int target = 0;
            while (drawn >= left[target])
            {
                drawn -= left[target++];
            }
            left[target]--;
            return target < targets ? target : -1;
        };
    }
}
