using System.Collections.Immutable;
using VlmQ.Core.Episodes;
using VlmQ.Datasets.Episodes;
using VlmQ.Datasets.Importing.Pictures;

namespace VlmQ.Datasets.Importing;

/// <summary>Makes episodes of drafts: settles rewards and the end, and loads the pictures. Safe from several threads.</summary>
internal sealed class EpisodeBuilder(ImportOptions options)
{
    /// <summary>The episode, or why there can be none; a fault of the configuration is one that options can mend.</summary>
    public Result<StoredEpisode> Build(EpisodeDraft draft, PictureLoader pictures) =>
        Settled(draft).Bind(settled => WithRewards(settled.Draft, settled.Terminated, pictures));

    // A terminated episode has no final observation, a truncated one has.
    private Result<(EpisodeDraft Draft, bool Terminated)> Settled(EpisodeDraft draft)
    {
        bool terminated = draft.Terminated ?? (draft.Truncated is { } cut ? !cut : draft.Final is null);
        if (terminated)
        {
            return (draft with { Final = null }, true);
        }
        if (draft.Final is not null)
        {
            return (draft, false);
        }
        switch (options.Cut)
        {
            case CutRule.Terminated:
                return (draft, true);
            case CutRule.LastTurn when draft.Turns.Length > 1:
                return (draft with { Turns = draft.Turns[..^1], Final = draft.Turns[^1].Observation }, false);
            case CutRule.LastTurn:
                return Fault.Data("it was cut short after its only turn, so no turn is left", draft.Where);
            default:
                return Fault.Configuration(
                    "it was cut short and does not say what was seen after its last turn",
                    draft.Where,
                    "say what to do: --cut terminated takes it as ended, --cut last-turn takes its last turn as that"
                );
        }
    }

    private Result<StoredEpisode> WithRewards(EpisodeDraft draft, bool terminated, PictureLoader pictures)
    {
        double?[] rewards = new double?[draft.Turns.Length];
        for (int i = 0; i < rewards.Length; i++)
        {
            rewards[i] = draft.Turns[i].Reward;
        }
        return options
            .Rewards.RewardsOf(rewards, draft.EndReward, draft.Success, draft.Where, draft.GiveRewards)
            .Bind(settled => WithPictures(draft, settled, terminated, pictures));
    }

    private Result<StoredEpisode> WithPictures(EpisodeDraft draft, ImmutableArray<float> rewards, bool terminated, PictureLoader pictures)
    {
        Eyes eyes = new(pictures, options.CarryImage || draft.CarriesImage);
        ImmutableArray<StoredTurn>.Builder turns = ImmutableArray.CreateBuilder<StoredTurn>(rewards.Length);
        for (int i = 0; i < rewards.Length; i++)
        {
            DraftTurn turn = draft.Turns[i];
            Result<StoredObservation> seen = eyes.See(turn.Observation, $"{draft.Where}, turn {i}");
            if (seen is Result<StoredObservation>.Failed failed)
            {
                return failed.Fault;
            }
            bool last = i == rewards.Length - 1;
            turns.Add(
                new StoredTurn(
                    seen.OrThrow(),
                    new Reply(turn.Reply),
                    turn.Action,
                    rewards[i],
                    last && terminated,
                    last && !terminated,
                    turn.Info
                )
            );
        }
        StoredObservation? final = null;
        if (draft.Final is { } observation)
        {
            Result<StoredObservation> seen = eyes.See(observation, $"{draft.Where}, after the last turn");
            if (seen is Result<StoredObservation>.Failed failed)
            {
                return failed.Fault;
            }
            final = seen.OrThrow();
        }
        return new StoredEpisode(
            draft.Id,
            Named(options.Environment ?? draft.Environment),
            draft.Seed,
            Named(options.Policy ?? draft.Policy),
            turns.MoveToImmutable(),
            final,
            draft.Success
        );
    }

    private static string Named(string? name) => string.IsNullOrEmpty(name) ? ImportOptions.Unknown : name;

    // Remembers the picture that was last seen.
    private sealed class Eyes(PictureLoader pictures, bool carry)
    {
        private PictureReference? _reference;
        private ImmutableArray<byte> _picture;

        public Result<StoredObservation> See(DraftObservation observation, string where)
        {
            if (observation.Picture is null && (_reference is null || !carry))
            {
                return Fault.Data(
                    "there is no picture",
                    where,
                    _reference is null
                        ? "an episode begins with one"
                        : "--carry-image gives a turn without one the picture that was last seen"
                );
            }
            if (observation.Picture is { } reference && reference != _reference)
            {
                Result<ImmutableArray<byte>> loaded = pictures.Load(reference, where);
                if (loaded is Result<ImmutableArray<byte>>.Failed failed)
                {
                    return failed.Fault;
                }
                (_reference, _picture) = (reference, loaded.OrThrow());
            }
            return new StoredObservation(_picture, observation.Goal, observation.Text);
        }
    }
}
