using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using VlmQ.Core.Episodes;
using VlmQ.Core.Imaging;
using VlmQ.Core.Prompting;
using VlmQ.Datasets.Images;

namespace VlmQ.Cli.Reports.Failures;

/// <summary>Keeps the worst of the episodes that did not succeed, in bounded memory however many there are and however long.</summary>
/// <param name="capacity">How many are kept, at least 0.</param>
/// <param name="template">How observations became prompts.</param>
/// <param name="reader">Says what is wrong with replies.</param>
internal sealed class WorstEpisodes(int capacity, PromptTemplate template, ReplyReader reader)
{
    /// <summary>Turns of an episode that are kept from its beginning, and as many from its end.</summary>
    public const int TurnsOfEachEnd = 15;

    /// <summary>Characters of a text beyond which its middle is left out.</summary>
    public const int TextLimit = 1200;

    private readonly SortedDictionary<FailureRank, FailedEpisode> _kept = [];

    // Environments with few pictures share them between turns; each is encoded once.
    private readonly ConditionalWeakTable<RgbImage, byte[]> _pictures = [];
    private long _played;

    /// <summary>The worst, worst first.</summary>
    public ImmutableArray<FailedEpisode> Kept => [.. _kept.Values];

    /// <summary>Takes an episode, if it did not succeed and is among the worst so far.</summary>
    public void Add(Episode episode, string goalType)
    {
        long order = _played++;
        if (episode.Ending == EpisodeEnding.Succeeded || capacity == 0)
        {
            return;
        }
        FailureRank rank = new(episode.Return, episode.Turns.Count(turn => turn.Action is null), episode.Turns.Length, order);
        if (_kept.Count == capacity)
        {
            FailureRank best = _kept.Keys.Last();
            if (rank.CompareTo(best) > 0)
            {
                return;
            }
            _kept.Remove(best);
        }
        _kept.Add(rank, Shown(episode, rank, goalType));
    }

    private FailedEpisode Shown(Episode episode, FailureRank rank, string goalType)
    {
        Observation first = episode.Turns[0].Observation;
        int length = episode.Turns.Length;
        return new FailedEpisode(
            rank,
            episode.Seed,
            goalType,
            VisibleText.Of(first.Goal, TextLimit),
            VisibleText.Of(template.Render([], first), 2 * TextLimit),
            episode.Ending,
            [
                .. Enumerable
                    .Range(0, length)
                    .Where(i => i < TurnsOfEachEnd || i >= length - TurnsOfEachEnd)
                    .Select(i => Shown(episode.Turns[i], i + 1)),
            ],
            episode.FinalObservation is { } final ? Encode(final.Image) : null
        );
    }

    private FailedTurn Shown(Turn turn, int number)
    {
        ParsedReply.Invalid? invalid = turn.Action is null ? reader.Read(turn.Reply.Text) as ParsedReply.Invalid : null;
        return new FailedTurn(
            number,
            Encode(turn.Observation.Image),
            VisibleText.Of(turn.Observation.Text, TextLimit),
            VisibleText.Of(turn.Reply.Text, TextLimit),
            turn.Action,
            invalid is null ? null : FailureTable.NameOf(invalid.Failure),
            invalid is null ? null : VisibleText.Of(invalid.Fault.ToString(), TextLimit),
            turn.Reward
        );
    }

    private byte[] Encode(RgbImage image) => _pictures.GetValue(image, picture => [.. PictureCodec.Encode(picture)]);
}
