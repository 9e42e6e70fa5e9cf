using System.Collections.Immutable;
using VlmQ.Cli.Pipelines;
using VlmQ.Cli.Reports.Failures;
using VlmQ.Core.Episodes;
using VlmQ.Core.Imaging;
using VlmQ.Core.Prompting;

namespace VlmQ.Cli.Tests.Reports.Failures;

public class WorstEpisodesTests
{
    private static readonly ReplyReader Reader = new(ActionParser.Strict, ["-", "+"]);
    private static readonly PromptTemplate Template = Prompts
        .Load("brief", "none")
        .Bind(prompts => prompts.For("gym_cards/NumberLine-v0"))
        .OrThrow();

    [Fact]
    public void The_lowest_return_comes_first_then_more_unread_replies_then_more_turns_then_the_earlier()
    {
        WorstEpisodes worst = new(10, Template, Reader);
        worst.Add(Episode("late, one turn", -1, "-"), "x");
        worst.Add(Episode("two turns", -1, "-", "-"), "x");
        worst.Add(Episode("two turns, later", -1, "-", "-"), "x");
        worst.Add(Episode("unread", -1, "oops"), "x");
        worst.Add(Episode("lowest", -3, "-"), "x");
        worst.Add(Episode("success", 1, true, "-"), "x");
        Assert.Equal(["lowest", "unread", "two turns", "two turns, later", "late, one turn"], worst.Kept.Select(episode => episode.Goal));
    }

    [Fact]
    public void Only_the_worst_are_kept_whatever_the_order_of_play()
    {
        float[] returns = [-3, -9, -1, -7, -2, -8];
        WorstEpisodes worst = new(3, Template, Reader);
        foreach (float value in returns)
        {
            worst.Add(Episode("g", value, "-"), "x");
        }
        Assert.Equal([-9f, -8f, -7f], worst.Kept.Select(episode => episode.Rank.Return));
        WorstEpisodes none = new(0, Template, Reader);
        none.Add(Episode("g", -1, "-"), "x");
        Assert.Empty(none.Kept);
    }

    [Fact]
    public void Of_a_long_episode_the_middle_is_left_out_and_of_a_long_reply_too()
    {
        WorstEpisodes worst = new(1, Template, Reader);
        string[] replies = [.. Enumerable.Range(0, 200).Select(i => i == 0 ? new string('y', 1_000_000) : "-")];
        worst.Add(Episode("g", -1, replies), "x");
        FailedEpisode episode = Assert.Single(worst.Kept);
        Assert.Equal([.. Enumerable.Range(1, 15), .. Enumerable.Range(186, 15)], episode.Turns.Select(turn => turn.Number));
        Assert.Equal(200, episode.Rank.Length);
        Assert.InRange(episode.Turns[0].Reply.Length, 1000, 1400);
        Assert.Contains("characters left out", episode.Turns[0].Reply, StringComparison.Ordinal);
        Assert.Equal("no_json", episode.Turns[0].Failure);
    }

    private static Episode Episode(string goal, float sum, params string[] replies) => Episode(goal, sum, false, replies);

    private static Episode Episode(string goal, float sum, bool success, params string[] replies)
    {
        RgbImage picture = new(2, 2, [.. new byte[12]]);
        ImmutableArray<Turn> turns =
        [
            .. replies.Select(
                (reply, i) =>
                    new Turn(
                        new Observation(picture, goal, ""),
                        new Reply(reply),
                        reply == "-" ? "-" : null,
                        i == 0 ? sum : 0,
                        i == replies.Length - 1,
                        false
                    )
            ),
        ];
        return new Episode("id", "gym_cards/NumberLine-v0", 4, "test", turns, null, success);
    }
}
