using System.Collections.Immutable;
using VlmQ.Cli.Pipelines;
using VlmQ.Cli.Pipelines.Evaluation;
using VlmQ.Cli.Reports.Failures;
using VlmQ.Core.Episodes;

namespace VlmQ.Cli.Tests.Reports.Failures;

public class FailurePageTests
{
    private const string Hostile = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&\0\u202e";

    [Fact]
    public void Hostile_words_are_shown_and_do_nothing()
    {
        string html = Page(Failed(Turn(Hostile) with { Text = Hostile, Action = null, Failure = "no_json", Fault = Hostile }, Hostile));
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<img src=x", html, StringComparison.Ordinal);
        Assert.DoesNotContain('\0', html);
        Assert.DoesNotContain('\u202e', html);
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;", html, StringComparison.Ordinal);
        Assert.Contains("\\u0000\\u202e", html, StringComparison.Ordinal);
        Assert.DoesNotContain("http", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_turn_shows_what_was_seen_said_and_earned_and_what_was_wrong()
    {
        FailedTurn unread = Turn("up!") with { Number = 2, Action = null, Failure = "no_json", Fault = "there is no JSON", Reward = -1 };
        string html = Page(Failed(Turn("""{"action": "+"}"""), "Go.", unread with { Number = 40 }));
        Assert.Contains("data:image/png;base64,AQID", html, StringComparison.Ordinal);
        Assert.Contains("{&quot;action&quot;: &quot;+&quot;}", html, StringComparison.Ordinal);
        Assert.Contains("<p>action <code>+</code></p>", html, StringComparison.Ordinal);
        Assert.Contains("<b>no json</b>: there is no JSON", html, StringComparison.Ordinal);
        Assert.Contains("reward −1", html, StringComparison.Ordinal);
        Assert.Contains("… 38 turns left out …", html, StringComparison.Ordinal);
        Assert.Contains("truncated after 40 turns · 1 reply without an action · distance 3 · seed 12", html, StringComparison.Ordinal);
    }

    [Fact]
    public void It_says_how_many_episodes_are_left_out()
    {
        string html = Page(Failed(Turn("-"), "Go."));
        Assert.Contains("7 of 10 episodes did not succeed", html, StringComparison.Ordinal);
        Assert.Contains("The 1 worst are shown, 6 are left out.", html, StringComparison.Ordinal);
        Assert.Contains("<td><a href=\"#failures-1\">1</a></td>", html, StringComparison.Ordinal);
        Assert.Contains("<h2 id=\"failures-1\">", html, StringComparison.Ordinal);
    }

    [Fact]
    public void An_evaluation_in_which_all_succeeded_has_a_page_without_episodes()
    {
        EvaluationRow row = new()
        {
            Env = "e",
            Policy = "p",
            Episodes = 3,
            Endings = new EndingCounts(3, 0, 0),
        };
        string html = Page(new FailedEpisodes(row, []));
        Assert.DoesNotContain("did not succeed<", html, StringComparison.Ordinal);
        Assert.Contains("How episodes ended", html, StringComparison.Ordinal);
    }

    private static string Page(FailedEpisodes episodes)
    {
        using StringWriter output = new();
        FailurePage.Write(output, "Evaluation <b>", [episodes]);
        return output.ToString();
    }

    private static FailedEpisodes Failed(FailedTurn first, string goal, params FailedTurn[] more)
    {
        EvaluationRow row = new()
        {
            Env = "gym_cards/NumberLine-v0",
            Policy = "noisy",
            Episodes = 10,
            Replies = 40,
            Failures = new Dictionary<string, long> { ["no_json"] = 1 },
            Endings = new EndingCounts(3, 2, 5),
            GoalTypes = new Dictionary<string, RolloutSummary> { ["distance_3"] = new() { Episodes = 10 } },
        };
        ImmutableArray<FailedTurn> turns = [first, .. more];
        FailureRank rank = new(-1, turns.Count(turn => turn.Action is null), turns[^1].Number, 0);
        return new FailedEpisodes(row, [new FailedEpisode(rank, 12, "distance_3", goal, goal, EpisodeEnding.Truncated, turns, [1, 2, 3])]);
    }

    private static FailedTurn Turn(string reply) => new(1, [1, 2, 3], "", reply, "+", null, null, 0);
}
