using System.Globalization;
using VlmQ.Core.Environments;
using VlmQ.Core.Episodes;

namespace VlmQ.Collection;

/// <summary>Steps an environment again from an episode's seed and actions. Pure; safe from several threads.</summary>
public static class EpisodeReplay
{
    /// <summary>Compares every observation, info, reward, end and the verdict, to the last bit and pixel.</summary>
    /// <param name="environment">The environment that the episode names.</param>
    /// <param name="episode">What was recorded.</param>
    /// <param name="invalidReplyReward">What a reply that did not parse earned beside what the environment gave.</param>
    /// <param name="invalidReplies">What happened in the place of an action that a reply did not name.</param>
    /// <param name="observations">What the episode holds of each state.</param>
    /// <returns>The first difference; null where there is none. A truncation that the environment did not ask for is the collector's
    /// own limit, and no difference.</returns>
    public static ReplayDifference? FirstDifference(
        IEnvironment environment,
        Episode episode,
        float invalidReplyReward = 0,
        InvalidReplyRule invalidReplies = InvalidReplyRule.NoOp,
        ObservationKind observations = ObservationKind.Image
    )
    {
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentNullException.ThrowIfNull(episode);
        if (environment.Id != episode.Environment)
        {
            return new ReplayDifference(0, "env", episode.Environment, environment.Id);
        }
        EnvironmentState state = environment.Reset(episode.Seed);
        for (int i = 0; i < episode.Turns.Length; i++)
        {
            Turn turn = episode.Turns[i];
            if (turn.Action is { } action && !environment.Actions.Contains(action))
            {
                return new ReplayDifference(i, "action", action, "one of " + string.Join(", ", environment.Actions));
            }
            string? taken = turn.Action ?? InvalidReply.ActionOf(invalidReplies, episode.Seed, i, environment.Actions);
            StepResult step = environment.Step(state, taken);
            float reward = turn.Action is null ? invalidReplyReward + step.Reward : step.Reward;
            ReplayDifference? found =
                OfObservation(i, turn.Observation, environment.Observe(state, observations))
                ?? OfText(i, "info", turn.Info, environment.Info(state))
                ?? OfText(i, "reward", Text(turn.Reward), Text(reward))
                ?? OfText(i, "terminated", Text(turn.Terminated), Text(step.Terminated))
                ?? (step.Truncated && !turn.Truncated ? new ReplayDifference(i, "truncated", Text(false), Text(true)) : null);
            if (found is not null)
            {
                return found;
            }
            state = step.State;
        }
        return OfEnd(environment, episode, state, observations);
    }

    private static ReplayDifference? OfEnd(IEnvironment environment, Episode episode, EnvironmentState state, ObservationKind observations)
    {
        int end = episode.Turns.Length;
        float[] rewards = [.. episode.Turns.Select(turn => turn.Reward)];
        bool success = environment.Success(rewards, episode.Turns[^1].Terminated);
        ReplayDifference? found = episode.FinalObservation is { } final
            ? OfObservation(end, final, environment.Observe(state, observations))
            : null;
        return found ?? OfText(end, "success", episode.Success is { } verdict ? Text(verdict) : "none", Text(success));
    }

    private static ReplayDifference? OfObservation(int turn, Observation recorded, Observation replayed)
    {
        if (!recorded.Image.Equals(replayed.Image))
        {
            return new ReplayDifference(turn, "image", Text(recorded), Text(replayed) + " with other pixels");
        }
        return OfText(turn, "goal", recorded.Goal, replayed.Goal) ?? OfText(turn, "text", recorded.Text, replayed.Text);
    }

    private static ReplayDifference? OfText(int turn, string column, string recorded, string replayed) =>
        recorded == replayed ? null : new ReplayDifference(turn, column, recorded, replayed);

    private static string Text(Observation observation) =>
        string.Create(CultureInfo.InvariantCulture, $"{observation.Image.Width}×{observation.Image.Height}");

    private static string Text(float value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Text(bool value) => value ? "true" : "false";
}
