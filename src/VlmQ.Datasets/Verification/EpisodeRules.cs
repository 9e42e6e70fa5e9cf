using System.Text.Json;
using VlmQ.Core.Episodes;
using VlmQ.Core.Imaging;
using VlmQ.Datasets.Columns;
using VlmQ.Datasets.Episodes;
using VlmQ.Datasets.Images;
using VlmQ.Datasets.Transitions;

namespace VlmQ.Datasets.Verification;

/// <summary>What a sound episode keeps beyond what makes it readable. Rows count from the episode's first.</summary>
internal static class EpisodeRules
{
    // Sums of single-precision rewards differ in their last bits with the order of addition.
    private const double SumTolerance = 1e-4;

    /// <summary>The breaches of an episode of either format.</summary>
    public static IEnumerable<RowBreach> BreachesOf<TEpisode>(TEpisode episode) =>
        episode switch
        {
            StoredEpisode stored => Of(stored),
            TransitionEpisode transitions => Of(transitions),
            _ => throw new ArgumentException($"{typeof(TEpisode).Name} is no episode.", nameof(episode)),
        };

    private static IEnumerable<RowBreach> Of(StoredEpisode episode)
    {
        for (int i = 0; i < episode.Turns.Length; i++)
        {
            if (Picture(i, episode.Turns[i].Observation.Picture.AsSpan()) is { } picture)
            {
                yield return picture;
            }
            if (!IsJsonObject(episode.Turns[i].Info))
            {
                yield return new RowBreach(i, "info", "it is no JSON object");
            }
        }
        if (episode.FinalObservation is { } final && Picture(episode.Turns.Length, final.Picture.AsSpan()) is { } breach)
        {
            yield return breach;
        }
    }

    private static List<RowBreach> Of(TransitionEpisode episode)
    {
        double toGo = 0;
        foreach (StoredTransition row in episode.Rows)
        {
            toGo += RewardOf(row);
        }
        List<RowBreach> breaches = [];
        for (int i = 0; i < episode.Rows.Length; i++)
        {
            StoredTransition row = episode.Rows[i];
            ReadOnlySpan<float> rewards = row.Transition.Rewards.AsSpan();
            if (rewards.Length > 1 && rewards[..^1].ContainsAnyExcept(0f))
            {
                breaches.Add(new RowBreach(i, "rewards", "only the last token of a reply is rewarded"));
            }
            float said = row.Transition.ReturnToGo;
            if (Math.Abs(said - toGo) > SumTolerance * Math.Max(1, Math.Abs(toGo)))
            {
                string what = FormattableString.Invariant($"it is {said}, but the rewards from this turn on sum to {toGo:g7}");
                breaches.Add(new RowBreach(i, "return_to_go", what));
            }
            if (Picture(i, row.Picture.AsSpan()) is { } picture)
            {
                breaches.Add(picture);
            }
            toGo -= RewardOf(row);
        }
        return breaches;
    }

    private static float RewardOf(StoredTransition row) => row.Transition.Rewards.IsEmpty ? 0 : row.Transition.Rewards[^1];

    private static RowBreach? Picture(int row, ReadOnlySpan<byte> png) =>
        PictureCodec.Decode(png, "") is Result<RgbImage>.Failed failed ? new RowBreach(row, ImageColumn.Bytes, failed.Fault.What) : null;

    private static bool IsJsonObject(string text)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            return document.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
