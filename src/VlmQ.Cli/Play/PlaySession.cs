using System.Globalization;
using VlmQ.Cli.Terminal;
using VlmQ.Collection;
using VlmQ.Core.Environments;
using VlmQ.Core.Episodes;
using VlmQ.Core.Prompting;

namespace VlmQ.Cli.Play;

/// <summary>A person at the controls of an environment.</summary>
internal sealed class PlaySession(IEnvironment environment, CollectOptions options, IPlayerInput input, Shell shell)
{
    /// <summary>The name that episodes carry.</summary>
    public const string PolicyName = "human";

    private readonly KeyBindings _bindings = new(environment.Actions);

    /// <summary>Plays the episode of an index; null when the person leaves before its end.</summary>
    public async Task<Episode?> PlayAsync(long index, CancellationToken token)
    {
        long seed = EpisodeCollector.SeedOf(options.Seed, index);
        EpisodeInProgress episode = new(index, environment, new EpisodeStart(seed, environment.Reset(seed)), options);
        shell.Say(string.Create(CultureInfo.InvariantCulture, $"episode {index + 1}: {episode.Observation.Goal}"));
        while (!episode.HasEnded)
        {
            Show(episode);
            if (await input.NextAsync(_bindings, token).ConfigureAwait(false) is not { } action)
            {
                if (episode.LastTurn is not null)
                {
                    shell.Say("this episode was not played to its end and is left out");
                }
                return null;
            }
            episode.Take(new Reply(ReplyFormat.Write(action)));
            shell.Say(string.Create(CultureInfo.InvariantCulture, $"{action}: reward {episode.LastTurn!.Reward}"));
        }
        Episode finished = episode.Finish(PolicyName);
        shell.Say($"{environment.Describe(episode.State)}");
        string verdict = finished.Success == true ? "success" : "no success";
        shell.Say(string.Create(CultureInfo.InvariantCulture, $"the episode has ended: {verdict}, return {finished.Return}"));
        return finished;
    }

    private void Show(EpisodeInProgress episode)
    {
        if (shell.IsWatched && options.Observations != ObservationKind.Text)
        {
            shell.Say(HalfBlocks.Draw(episode.Observation.Image, HalfBlocks.UsualWidth));
        }
        // Where no picture can be drawn a person needs the state in words, whatever the episodes hold.
        string words =
            shell.IsWatched || episode.Observation.Text.Length > 0 ? episode.Observation.Text : environment.Describe(episode.State);
        if (words.Length > 0)
        {
            shell.Say(words);
        }
        shell.Say(input.Help(_bindings));
    }
}
