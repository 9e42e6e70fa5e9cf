using System.Collections.Immutable;
using VlmQ.Core.Episodes;
using VlmQ.Core.Imaging;
using VlmQ.Datasets.Images;

namespace VlmQ.Datasets.Episodes;

/// <summary>
/// Episodes to the form that a dataset holds and back: pictures become PNG files, and those or JPEG files pixels again. Log-probabilities of replies are not
/// part of the format. Safe from several threads.
/// </summary>
public static class EpisodeStorage
{
    /// <summary>Encodes all pictures.</summary>
    public static StoredEpisode Encode(Episode episode)
    {
        ImmutableArray<StoredTurn>.Builder turns = ImmutableArray.CreateBuilder<StoredTurn>(episode.Turns.Length);
        foreach (Turn turn in episode.Turns)
        {
            turns.Add(
                new StoredTurn(Encode(turn.Observation), turn.Reply, turn.Action, turn.Reward, turn.Terminated, turn.Truncated, turn.Info)
            );
        }
        return new StoredEpisode(
            episode.Id,
            episode.Environment,
            episode.Seed,
            episode.Policy,
            turns.MoveToImmutable(),
            episode.FinalObservation is { } final ? Encode(final) : null,
            episode.Success
        );
    }

    /// <summary>Decodes all pictures.</summary>
    /// <param name="episode">The episode.</param>
    /// <param name="pixelLimit">Pixels beyond which a picture is refused.</param>
    public static Result<Episode> Decode(StoredEpisode episode, long pixelLimit = PictureCodec.DefaultPixelLimit)
    {
        try
        {
            ImmutableArray<Turn>.Builder turns = ImmutableArray.CreateBuilder<Turn>(episode.Turns.Length);
            foreach (StoredTurn turn in episode.Turns)
            {
                turns.Add(
                    new Turn(
                        Decode(turn.Observation, episode, turns.Count, pixelLimit),
                        turn.Reply,
                        turn.Action,
                        turn.Reward,
                        turn.Terminated,
                        turn.Truncated,
                        turn.Info
                    )
                );
            }
            Observation? final = episode.FinalObservation is { } stored ? Decode(stored, episode, turns.Count, pixelLimit) : null;
            return new Episode(
                episode.Id,
                episode.Environment,
                episode.Seed,
                episode.Policy,
                turns.MoveToImmutable(),
                final,
                episode.Success
            );
        }
        catch (FaultException exception)
        {
            return exception.Fault;
        }
    }

    private static StoredObservation Encode(Observation observation) =>
        new(PictureCodec.Encode(observation.Image), observation.Goal, observation.Text);

    private static Observation Decode(StoredObservation observation, StoredEpisode episode, int turn, long pixelLimit)
    {
        RgbImage image = PictureCodec.Decode(observation.Picture.AsSpan(), $"episode {episode.Id}, turn {turn}", pixelLimit).OrThrow();
        return new Observation(image, observation.Goal, observation.Text);
    }
}
